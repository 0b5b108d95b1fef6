const modes: readonly string[] = ['caller', 'listener', 'rendezvous']
const keyLengths: readonly string[] = ['0', '16', '24', '32']
const maxLatencyMs = 10_000
/** Latencies from here on are meant for ffmpeg, which alone counts in microseconds. */
const microsecondsFrom = 20_000

/** One parameter of an `srt://` address, percent signs decoded; null when it is not there. */
export function srtParameter(query: string, name: string): string | null {
  const pair = query.split('&').find((candidate) => candidate.startsWith(`${name}=`))
  return pair === undefined ? null : decode(pair.slice(name.length + 1))
}

/** An address without a host waits for a caller, as do those that say so. */
export const isSrtListener = ({ host, query }: { host: string; query: string }): boolean =>
  srtParameter(query, 'mode') === 'listener' || (host === '' && srtParameter(query, 'mode') === null)

/** What can't work in the parameters that every operator meets, as one sentence, or null. The engine judges the rest. */
export function srtQueryProblem(query: string): string | null {
  const mode = srtParameter(query, 'mode')
  if (mode !== null && !modes.includes(mode)) return `mode is '${mode}', not caller, listener or rendezvous`
  const keyLength = srtParameter(query, 'pbkeylen')
  if (keyLength !== null && !keyLengths.includes(keyLength)) return `pbkeylen is '${keyLength}', not 16, 24 or 32`
  for (const name of ['latency', 'rcvlatency', 'peerlatency']) {
    const text = srtParameter(query, name)
    const problem = text === null ? null : latencyProblem(name, text)
    if (problem !== null) return problem
  }
  return null
}

function latencyProblem(name: string, text: string): string | null {
  const ms = Number(text)
  if (/^\d+$/.test(text) && ms <= maxLatencyMs) return null
  const hint = ms >= microsecondsFrom ? `; ffmpeg counts in microseconds, that is ${Math.round(ms / 1000)} here` : ''
  return `${name} is '${text}', not 0..${maxLatencyMs} milliseconds${hint}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
