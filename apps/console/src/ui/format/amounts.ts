const kilo = 1000

/** `982 kbps`, `5.98 Mbps`: always a unit, two decimals from a megabit on, so that the width hardly moves. */
export function formatBitrate(bps: number): string {
  const kbps = bps / kilo
  if (kbps < kilo - 0.5) return `${Math.round(kbps)} kbps`
  return `${(kbps / kilo).toFixed(2)} Mbps`
}

/** The same as number and unit apart, for columns of them. */
export function formatBitrateParts(bps: number): { value: string; unit: string } {
  const [value = '', unit = ''] = formatBitrate(bps).split(' ')
  return { value, unit }
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `312 B`, `3.2 MB`, `1.04 GB`; decimal units, as platforms show them. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= kilo && unit < byteUnits.length - 1) {
    value /= kilo
    unit++
  }
  const digits = unit === 0 ? 0 : unit >= 3 ? 2 : 1
  return `${value.toFixed(digits)} ${byteUnits[unit]}`
}

/** `30`, `29.97`: no zeros that say nothing. */
export function formatFps(fps: number): string {
  return String(Number(fps.toFixed(2)))
}

/** `48 kHz`, `44.1 kHz`. */
export function formatSampleRate(hz: number): string {
  return `${Number((hz / kilo).toFixed(2))} kHz`
}

/** `mono`, `stereo`, `6 channels`. */
export function formatChannels(count: number): string {
  return count === 1 ? 'mono' : count === 2 ? 'stereo' : `${count} channels`
}

/** `1 output`, `3 outputs`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `99.62%` out of 0..1, rounded down: what is not whole never reads as whole. */
export const formatShare = (share: number): string => `${(Math.floor(share * 10_000) / 100).toFixed(2)}%`
