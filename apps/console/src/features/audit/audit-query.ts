/** What the fields of the page hold; days as a date field writes them, in the time zone of the browser. */
export type AuditFilter = { readonly who: string; readonly what: string; readonly from: string; readonly until: string }

/** The filters as the API takes them; empty ones are left out, and the last day is in whole. */
export function auditQuery({ who, what, from, until }: AuditFilter, more: Readonly<Record<string, string>> = {}): URLSearchParams {
  const query = new URLSearchParams(more)
  if (who.trim() !== '') query.set('who', who.trim())
  if (what.trim() !== '') query.set('what', what.trim())
  const first = startOfDay(from, 0)
  const last = startOfDay(until, 1)
  if (first !== null) query.set('from', first)
  if (last !== null) query.set('until', last)
  return query
}

function startOfDay(day: string, later: number): string | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? []
  return year === undefined ? null : new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString()
}
