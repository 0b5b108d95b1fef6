import {
  AuditEntry,
  type CreateDestinationBody,
  Destination,
  type PatchDestinationBody,
  paths,
  type RotateBody,
} from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys, listAll } from '../../live/index.ts'

function useRefetch(): () => void {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: keys.destinations })
}

export function useCreateDestination() {
  return useMutation({
    mutationFn: (body: CreateDestinationBody) => call('POST', paths.destinations, Destination, body),
    onSuccess: useRefetch(),
  })
}

export function usePatchDestination(id: string) {
  return useMutation({
    mutationFn: (body: PatchDestinationBody) => call('PATCH', paths.destination(id), Destination, body),
    onSuccess: useRefetch(),
  })
}

export function useDeleteDestination(id: string) {
  return useMutation({ mutationFn: () => call('DELETE', paths.destination(id), ignored), onSuccess: useRefetch() })
}

/** The next key, now or at a time. */
export function useRotateDestination(id: string) {
  return useMutation({
    mutationFn: (body: RotateBody) => call('POST', paths.destinationRotate(id), Destination, body),
    onSuccess: useRefetch(),
  })
}

export function useCancelRotation(id: string) {
  return useMutation({ mutationFn: () => call('DELETE', paths.destinationRotate(id), Destination), onSuccess: useRefetch() })
}

/** Who did what with it, newest first. */
export const useDestinationAudit = (id: string) =>
  useQuery({ queryKey: keys.destinationAudit(id), queryFn: () => listAll(paths.destinationAudit(id), AuditEntry) })
