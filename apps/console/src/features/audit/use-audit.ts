import { AuditEntry, pageOf, paths } from '@sluice/contract/api'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { call, keys } from '../../live/index.ts'
import { type AuditFilter, auditQuery } from './audit-query.ts'

const page = pageOf(AuditEntry)

/** The audit log page by page, newest first. */
export const useAudit = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.audit, filter],
    queryFn: ({ pageParam }) => call('GET', `${paths.audit}?${auditQuery(filter, pageParam === null ? {} : { after: pageParam })}`, page),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })
