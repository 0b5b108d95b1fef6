import { WireError } from '@sluice/base/errors'
import { type Attributes, parseAttributes } from './attribute-list.ts'
import { parseLines, parseNumber } from './lines.ts'
import type { MultivariantPlaylist, Rendition, Variant } from './multivariant-playlist.ts'

/** A ladder has a dozen, with all its sounds and subtitles some hundred. */
const maxEntries = 2000

/**
 * Reads a multivariant playlist; tags and attributes that Sluice does not use are passed over. Throws WireError on a variant
 * without bandwidth or address. Spec: RFC 8216 §4.3.4
 */
export function parseMultivariantPlaylist(text: string): MultivariantPlaylist {
  const variants: Variant[] = []
  const renditions: Rendition[] = []
  let version = 1
  let hasIndependentSegments = false
  let pending: { readonly attributes: Attributes; readonly at: number } | null = null
  for (const line of parseLines(text)) {
    if (variants.length + renditions.length > maxEntries) {
      throw new WireError('M3U8_SYNTAX', line.at, `more than ${maxEntries} variants and renditions`)
    }
    if (line.type === 'uri') {
      if (pending === null) throw new WireError('M3U8_SYNTAX', line.at, `variant ${variants.length} has no #EXT-X-STREAM-INF`)
      variants.push(parseVariant(line.uri, pending.attributes, pending.at))
      pending = null
    } else if (line.name === '#EXT-X-STREAM-INF') pending = { attributes: parseAttributes(line.value), at: line.at }
    else if (line.name === '#EXT-X-MEDIA') renditions.push(...parseRendition(parseAttributes(line.value), line.at))
    else if (line.name === '#EXT-X-VERSION') version = parseNumber(line.value, line.name, line.at)
    else if (line.name === '#EXT-X-INDEPENDENT-SEGMENTS') hasIndependentSegments = true
  }
  if (pending !== null) throw new WireError('M3U8_SYNTAX', pending.at, 'the last #EXT-X-STREAM-INF has no address')
  return { version, hasIndependentSegments, variants, renditions }
}

/** True when the text is a multivariant playlist, false for a media playlist. */
export const isMultivariantPlaylist = (text: string): boolean => /^#EXT-X-STREAM-INF:/m.test(text)

function parseVariant(uri: string, a: Attributes, at: number): Variant {
  const average = a.get('AVERAGE-BANDWIDTH')
  const size = /^(\d+)x(\d+)$/.exec(a.get('RESOLUTION') ?? '')
  const fps = a.get('FRAME-RATE')
  const audioGroup = a.get('AUDIO')
  return {
    uri,
    bandwidthBps: parseNumber(a.get('BANDWIDTH'), 'BANDWIDTH', at),
    ...(average === undefined ? {} : { averageBandwidthBps: parseNumber(average, 'AVERAGE-BANDWIDTH', at) }),
    codecs: (a.get('CODECS') ?? '')
      .split(',')
      .map((codec) => codec.trim())
      .filter((codec) => codec !== ''),
    ...(size === null ? {} : { resolution: { width: Number(size[1]), height: Number(size[2]) } }),
    ...(fps === undefined ? {} : { fps: parseNumber(fps, 'FRAME-RATE', at) }),
    ...(audioGroup === undefined ? {} : { audioGroup }),
  }
}

/** Closed captions and what the future brings are left out. */
function parseRendition(a: Attributes, at: number): Rendition[] {
  const type = a.get('TYPE')
  if (type !== 'AUDIO' && type !== 'VIDEO' && type !== 'SUBTITLES') return []
  const uri = a.get('URI')
  const language = a.get('LANGUAGE')
  const channels = a.get('CHANNELS')
  return [
    {
      type,
      groupId: a.get('GROUP-ID') ?? '',
      name: a.get('NAME') ?? '',
      ...(uri === undefined ? {} : { uri }),
      ...(language === undefined ? {} : { language }),
      isDefault: a.get('DEFAULT') === 'YES',
      isAutoSelected: a.get('AUTOSELECT') === 'YES' || a.get('DEFAULT') === 'YES',
      ...(channels === undefined ? {} : { channels: parseNumber(channels, 'CHANNELS', at) }),
    },
  ]
}
