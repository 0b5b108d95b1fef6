/** What the caller wants of the stream. `bidirectional`: both. */
export type SrtMode = 'publish' | 'request' | 'bidirectional'

/** A stream id taken apart. `keys`: all pairs of the `#!::` form, else null. `mode`: null when the caller did not say. */
export type StreamId = { keys: Record<string, string> | null; mode: SrtMode | null; resource: string; userName: string }

const MODES: Record<string, SrtMode> = { publish: 'publish', request: 'request', bidirectional: 'bidirectional' }
const PREFIXES: readonly [prefix: string, mode: SrtMode][] = [
  ['publish:', 'publish'],
  ['read:', 'request'],
  ['request:', 'request'],
]

/**
 * Takes a stream id apart: `#!::r=name,m=publish,u=user` by its keys; else `publish:name` or `read:name`, which encoders
 * with one text field use; else all of it is the resource. Spec: Haivision/srt docs/features/access-control.md
 */
export function parseStreamId(streamId: string): StreamId {
  if (streamId.startsWith('#!::')) return fromKeys(parseKeys(streamId.slice(4)))
  for (const [prefix, mode] of PREFIXES) {
    if (streamId.startsWith(prefix)) return { keys: null, mode, resource: streamId.slice(prefix.length), userName: '' }
  }
  return { keys: null, mode: null, resource: streamId, userName: '' }
}

function fromKeys(keys: Record<string, string>): StreamId {
  const mode = keys['m'] === undefined ? null : (MODES[keys['m']] ?? null)
  return { keys, mode, resource: keys['r'] ?? '', userName: keys['u'] ?? '' }
}

function parseKeys(text: string): Record<string, string> {
  // No prototype: a peer may well name its key `__proto__`.
  const keys: Record<string, string> = Object.create(null)
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=')
    if (at > 0) keys[pair.slice(0, at).trim()] = pair.slice(at + 1)
  }
  return keys
}
