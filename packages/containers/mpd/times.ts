const ticksPerSecond = 90_000

/**
 * Seconds with six decimals, so that a tick of 1/90000 s is told exactly, after days and hours: readers that take a number of 32 bits lose
 * nothing. Spec: XML Schema Part 2 §3.2.6
 */
export function formatDuration90k(ticks: number): string {
  const seconds = Math.floor(ticks / ticksPerSecond)
  const micros = Math.round(((ticks - seconds * ticksPerSecond) * 1e6) / ticksPerSecond)
  const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  const [day, hour, minute] = [days && `${days}D`, hours && `${hours}H`, minutes && `${minutes}M`].map((part) => part || '')
  const rest = seconds % 60
  const second = rest > 0 || fraction !== '' || seconds === 0 ? `${rest}${fraction}S` : ''
  const time = `${hour}${minute}${second}`
  return `P${day}${time === '' ? '' : `T${time}`}`
}

export const formatDurationMs = (ms: number): string => formatDuration90k(Math.round(ms) * 90)

/** Milliseconds; null: it is no duration, or has years or months, which no manifest can mean. */
export function parseDuration(text: string): number | null {
  const match = /^P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{1,12})?)S)?)?$/.exec(text)
  if (match === null || /[PT]$/.test(text)) return null
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0))
  return ((days! * 24 + hours!) * 60 + minutes!) * 60_000 + seconds! * 1000
}

export const formatDateTime = (ms: number): string => new Date(ms).toISOString()

/** Milliseconds since 1970; null: it is no date. One without a zone is in UTC. */
export function parseDateTime(text: string): number | null {
  const ms = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isFinite(ms) ? ms : null
}
