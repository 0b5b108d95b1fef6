const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** A span in its two largest units: `4 s`, `2 min 05 s`, `3 h 20 min`, `2 d 4 h`. Negative spans, of clocks that differ, are `0 s`. */
export function formatSpan(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  if (ms < minuteMs) return `${Math.max(0, Math.floor(ms / 1000))} s`
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ${two((ms % minuteMs) / 1000)} s`
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ${two((ms % hourMs) / minuteMs)} min`
  return `${Math.floor(ms / dayMs)} d ${Math.floor((ms % dayMs) / hourMs)} h`
}

/** How long ago an ISO time was, seen from `nowMs`; `-` for null. */
export const formatSince = (iso: string | null, nowMs: number): string => (iso === null ? '-' : formatSpan(nowMs - Date.parse(iso)))

/** `640 kbps`, `6.02 Mbps`; `-` when nothing flows. */
export function formatBitrate(bps: number): string {
  if (bps <= 0) return '-'
  return bps < 1_000_000 ? `${Math.round(bps / 1000)} kbps` : `${(bps / 1_000_000).toFixed(2)} Mbps`
}

/** `812 B`, `4.2 MB`, `1.50 GB`, in powers of ten. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`
}

/** `99.62 %`, rounded down, so that what is not whole never reads as whole; `-` for null. */
export const formatShare = (share: number | null): string => (share === null ? '-' : `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`)
