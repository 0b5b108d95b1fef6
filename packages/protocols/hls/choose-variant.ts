import type { MediaNote } from '@sluice/codecs/frame'
import type { MultivariantPlaylist, Rendition, Variant } from '@sluice/containers/m3u8'

/** What is fetched of a multivariant playlist: `audioUri` where the sound has a playlist of its own. As they stand in the playlist. */
export type Choice = { readonly uri: string; readonly audioUri: string | null }

/**
 * The variant of the highest bandwidth, one with pictures before one without. Its sound is in it, unless its audio group has a
 * playlist for it: the default one of them, else the first. Null: there is no variant. Spec: RFC 8216 §4.3.4.2.1
 */
export function chooseVariant({ variants, renditions }: MultivariantPlaylist): Choice | null {
  const withPictures = variants.filter(hasPictures)
  const candidates = withPictures.length > 0 ? withPictures : variants
  const best = candidates.reduce<Variant | null>((a, b) => (a === null || b.bandwidthBps > a.bandwidthBps ? b : a), null)
  if (best === null) return null
  const group = renditions.filter(({ type, groupId }) => type === 'AUDIO' && groupId === best.audioGroup)
  const audio = group.find(({ isDefault }) => isDefault) ?? group.find(isInVariant) ?? group[0]
  return { uri: best.uri, audioUri: audio?.uri === best.uri ? null : (audio?.uri ?? null) }
}

const isInVariant = ({ uri }: Rendition): boolean => uri === undefined

/** Variants that say nothing of their codecs and size have pictures, as far as anyone knows. */
const hasPictures = ({ codecs, resolution }: Variant): boolean =>
  resolution !== undefined || codecs.length === 0 || codecs.some((codec) => /^(avc|hvc|hev|dvh|av01|vp0?9)/i.test(codec))

const renditionWords = {
  AUDIO: ['audio', 'other audio renditions'],
  VIDEO: ['video', 'other camera angles'],
  SUBTITLES: ['data', 'subtitle renditions'],
} as const

/** The renditions of a multivariant playlist that are not fetched, by kind. Other variants are the same show in other sizes. */
export function notFetched({ renditions }: MultivariantPlaylist, choice: Choice | null): MediaNote[] {
  const left = renditions.filter(
    ({ uri, type }) => type !== 'AUDIO' || (uri !== undefined && uri !== choice?.audioUri && uri !== choice?.uri),
  )
  return (Object.keys(renditionWords) as (keyof typeof renditionWords)[]).flatMap((type) => {
    const count = left.filter((one) => one.type === type).length
    const [media, subject] = renditionWords[type]
    return count === 0 ? [] : [{ code: media === 'data' ? 'data-not-carried' : 'track-not-carried', media, subject } as const]
  })
}
