import { type AuditEntry, AuditExportQuery } from '@sluice/contract/api'
import { parseInput, requireScope, type ServiceContext } from '../index.ts'
import { auditOf } from './list.ts'

const pageRows = 200
const columns = ['at', 'actor', 'action', 'summary', 'subjectId'] as const

export type AuditExport = { readonly contentType: string; readonly fileName: string; readonly parts: AsyncIterable<string> }

/** All of the audit log that the filters leave, newest first, page by page as it is read. */
export function exportAudit(ctx: ServiceContext, query: unknown): AuditExport {
  requireScope(ctx, 'audit:read')
  const { format, ...filters } = parseInput(AuditExportQuery, query)
  const day = new Date(ctx.platform.clock.wallMs()).toISOString().slice(0, 10)
  const parts = format === 'csv' ? csvOf(ctx, filters) : jsonOf(ctx, filters)
  const contentType = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8'
  return { contentType, fileName: `sluice-audit-${day}.${format}`, parts }
}

async function* pagesOf(ctx: ServiceContext, filters: object): AsyncGenerator<AuditEntry[]> {
  let after: string | null = null
  do {
    const page: { items: AuditEntry[]; next: string | null } = await auditOf(ctx, null, {
      ...filters,
      limit: pageRows,
      ...(after === null ? {} : { after }),
    })
    yield page.items
    after = page.next
  } while (after !== null)
}

/** Spec: RFC 4180 */
async function* csvOf(ctx: ServiceContext, filters: object): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`
  for await (const entries of pagesOf(ctx, filters)) {
    yield entries.map((entry) => `${columns.map((column) => csvCell(entry[column] ?? '')).join(',')}\r\n`).join('')
  }
}

async function* jsonOf(ctx: ServiceContext, filters: object): AsyncGenerator<string> {
  let isFirst = true
  yield '['
  for await (const entries of pagesOf(ctx, filters)) {
    for (const entry of entries) {
      yield `${isFirst ? '\n' : ',\n'}${JSON.stringify(entry)}`
      isFirst = false
    }
  }
  yield '\n]\n'
}

/**
 * One cell, always quoted. A spreadsheet runs a cell that begins like a formula, and names are what people typed: an apostrophe before it
 * makes it text. Spec: OWASP, CSV injection
 */
export const csvCell = (text: string): string => `"${(/^\s*[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
