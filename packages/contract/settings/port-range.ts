/** Ports from `low` to `high`, both included. */
export type PortRange = { readonly low: number; readonly high: number }

/** Reads `8900-8999`, one port, or `off`. Undefined for anything else. */
export function parsePortRange(text: string): PortRange | null | undefined {
  if (text === 'off') return null
  const [, from = '', to = from] = /^([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?$/.exec(text) ?? []
  const [low, high] = [Number(from), Number(to)]
  return from !== '' && low <= high && high <= 65_535 ? { low, high } : undefined
}
