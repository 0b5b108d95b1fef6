/** What the caller wants of the stream. `bidirectional`: both. */
export type SrtMode = 'publish' | 'request' | 'bidirectional'

/** A stream id taken apart. `keys`: all pairs of the `#!::` form, else null. `mode`: null when the caller did not say. */
export type StreamId = { keys: Record<string, string> | null; mode: SrtMode | null; resource: string; userName: string }

const MODES: Record<string, SrtMode> = { publish: 'publish', request: 'request', bidirectional: 'bidirectional' }
const PREFIX_MODES: Record<string, SrtMode> = { publish: 'publish', read: 'request', request: 'request', play: 'request' }

/**
 * Takes a stream id apart: `#!::r=name,m=publish,u=user` by its keys; else `publish:name` or `read:name`, which encoders
 * with one text field use, a slash instead of the colon too; else all of it is the resource. Blanks and quotes around it, and percent signs that
 * hide the form, are a box's own. Spec: Haivision/srt docs/features/access-control.md
 */
export function parseStreamId(given: string): StreamId {
  const streamId = unwrapped(given)
  if (streamId.startsWith('#!::')) return fromKeys(parseKeys(streamId.slice(4)))
  const [head = '', word = ''] = /^(publish|read|request|play)[:/]\s*/i.exec(streamId) ?? []
  const mode = PREFIX_MODES[word.toLowerCase()] ?? null
  return { keys: null, mode, resource: streamId.slice(head.length), userName: '' }
}

function unwrapped(given: string): string {
  const bare = given
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim()
  return /^(%23!|#!%3a|#%21|%22|%27|%20|(publish|read|request|play)%(3a|2f))/i.test(bare) ? unwrapped(decode(bare)) : bare
}

/** Each call makes the text shorter: percent signs that begin no code stay, and end the unwrapping. */
const decode = (text: string): string =>
  text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

function fromKeys(keys: Record<string, string>): StreamId {
  const mode = MODES[(keys['m'] ?? '').trim().toLowerCase()] ?? null
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
