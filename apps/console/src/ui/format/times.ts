const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const two = (value: number): string => String(value).padStart(2, '0')

/** A running clock, `00:06:12`; from a day on `1 d 02:00:09`. Below zero counts as zero. */
export function formatClock(elapsedMs: number): string {
  const ms = Math.max(0, elapsedMs)
  const days = Math.floor(ms / dayMs)
  const hours = Math.floor((ms % dayMs) / hourMs)
  const clock = `${two(hours)}:${two(Math.floor((ms % hourMs) / minuteMs))}:${two(Math.floor((ms % minuteMs) / secondMs))}`
  return days > 0 ? `${days} d ${clock}` : clock
}

/** A span in the two largest parts at most: `6 s`, `4 min`, `2 h 10 min`, `3 d 4 h`. */
export function formatSpan(spanMs: number): string {
  const ms = Math.max(0, spanMs)
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`
  if (ms < dayMs) return pair(ms, hourMs, 'h', minuteMs, 'min')
  return pair(ms, dayMs, 'd', hourMs, 'h')
}

function pair(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % bigMs) / smallMs)
  return rest === 0 ? `${Math.floor(ms / bigMs)} ${big}` : `${Math.floor(ms / bigMs)} ${big} ${rest} ${small}`
}

/** Milliseconds from an ISO time to `nowMs`, never below zero. */
export const elapsedMs = (iso: string, nowMs: number): number => Math.max(0, nowMs - Date.parse(iso))

const timeOfDay = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** `09:14:03`, in the reader's own zone. */
export const formatTimeOfDay = (iso: string): string => timeOfDay.format(new Date(iso))
/** `20:17 CET`: the one time of a page that carries its zone. */
const timeWithZone = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' })
export const formatTimeWithZone = (atMs: number): string => timeWithZone.format(atMs)
/** `1:42`: what is left or gone, from an hour on `1:02:09`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / secondMs))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`
}
/** `Saturday 21 November`. */
export const formatDay = (iso: string): string => day.format(new Date(iso))
/** `21 Nov 2026`. */
export const formatDate = (iso: string): string => date.format(new Date(iso))
