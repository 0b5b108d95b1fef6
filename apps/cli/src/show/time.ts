import { usageError } from '../cli-error.ts'

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A moment that was typed in, as ISO 8601. `flag` is named in the refusal. */
export function readTime(flag: string, text: string): string {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw usageError(`${flag} is '${text}', not a time like 2026-03-01T18:00:00Z`)
  return new Date(ms).toISOString()
}

/** A span that was typed in: `90m`, `6h`, `3d`. */
export function readSpanMs(flag: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? []
  if (count === undefined) throw usageError(`${flag} is '${text}', not a duration like 90m, 6h or 3d`)
  return Number(count) * unitMs[unit as keyof typeof unitMs]
}
