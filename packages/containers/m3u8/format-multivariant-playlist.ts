import { formatAttributes, quote } from './attribute-list.ts'
import type { IFrameVariant, MultivariantPlaylist, Rendition, Variant } from './multivariant-playlist.ts'

/** The playlist as text, renditions before variants, lines ended by LF. Spec: RFC 8216 §4.3.4 */
export function formatMultivariantPlaylist(playlist: MultivariantPlaylist): string {
  const lines = ['#EXTM3U', `#EXT-X-VERSION:${playlist.version}`]
  if (playlist.hasIndependentSegments) lines.push('#EXT-X-INDEPENDENT-SEGMENTS')
  for (const rendition of playlist.renditions) lines.push(formatRendition(rendition))
  for (const variant of playlist.variants) lines.push(formatVariant(variant), variant.uri)
  for (const variant of playlist.iFrameVariants ?? []) lines.push(formatIFrames(variant))
  return `${lines.join('\n')}\n`
}

const yesNo = (value: boolean): string => (value ? 'YES' : 'NO')

function formatRendition(rendition: Rendition): string {
  return `#EXT-X-MEDIA:${formatAttributes([
    ['TYPE', rendition.type],
    ['GROUP-ID', quote(rendition.groupId)],
    ['NAME', quote(rendition.name)],
    ['LANGUAGE', rendition.language === undefined ? undefined : quote(rendition.language)],
    ['DEFAULT', yesNo(rendition.isDefault)],
    ['AUTOSELECT', yesNo(rendition.isAutoSelected)],
    ['INSTREAM-ID', rendition.instreamId === undefined ? undefined : quote(rendition.instreamId)],
    ['CHANNELS', rendition.channels === undefined ? undefined : quote(String(rendition.channels))],
    ['URI', rendition.uri === undefined ? undefined : quote(rendition.uri)],
  ])}`
}

function formatVariant(variant: Variant): string {
  return `#EXT-X-STREAM-INF:${formatAttributes([
    ['BANDWIDTH', Math.ceil(variant.bandwidthBps)],
    ['AVERAGE-BANDWIDTH', variant.averageBandwidthBps === undefined ? undefined : Math.ceil(variant.averageBandwidthBps)],
    ['CODECS', variant.codecs.length === 0 ? undefined : quote(variant.codecs.join(','))],
    ['RESOLUTION', variant.resolution === undefined ? undefined : `${variant.resolution.width}x${variant.resolution.height}`],
    ['FRAME-RATE', variant.fps?.toFixed(3)],
    ['AUDIO', variant.audioGroup === undefined ? undefined : quote(variant.audioGroup)],
    ['CLOSED-CAPTIONS', variant.captions === undefined ? undefined : variant.captions === 'none' ? 'NONE' : quote(variant.captions.group)],
  ])}`
}

const formatIFrames = ({ uri, bandwidthBps, codecs, resolution }: IFrameVariant): string =>
  `#EXT-X-I-FRAME-STREAM-INF:${formatAttributes([
    ['BANDWIDTH', Math.ceil(bandwidthBps)],
    ['CODECS', codecs.length === 0 ? undefined : quote(codecs.join(','))],
    ['RESOLUTION', resolution === undefined ? undefined : `${resolution.width}x${resolution.height}`],
    ['URI', quote(uri)],
  ])}`
