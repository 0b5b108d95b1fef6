import { type AudioTrack, type Track, ticksPerSecond } from '@sluice/codecs/frame'
import { type Rendition as Alternative, formatMultivariantPlaylist, type IFrameVariant, type Variant } from '@sluice/containers/m3u8'
import { type MediaStore, type Rates, type Rendition, ratesOf } from '../store/index.ts'
import { muxedPairs, muxedTracks } from './muxed.ts'
import { areIndependent } from './rendition-playlist.ts'
import { type SoundLabel, type SoundName, soundNames } from './sound-names.ts'

const version = 7
const plainVersion = 7

/** The multivariant playlist: a variant for each rung, sound as groups beside them, one a codec. `prefix` stands before each playlist. */
export function multivariantPlaylist(
  store: MediaStore,
  rungs: readonly string[],
  prefix: string,
  labels: readonly SoundLabel[] = [],
): string {
  const shown = store.renditions.filter(({ segments }) => segments.some(({ isWhole }) => isWhole))
  const pictures = rungs.flatMap((rung) => shown.filter((rendition) => rendition.kind === 'video' && rendition.rung === rung))
  const sounds = shown.filter(({ kind }) => kind === 'audio')
  const groups = pictures.length === 0 ? [] : [...Map.groupBy(sounds, (rendition) => trackOf(rendition)?.codec ?? 'aac')]
  const rates = (rendition: Rendition): Rates => ratesOf(rendition.segments, store.targetDurationS)
  const variants = pictures.flatMap((picture): Variant[] => {
    const own = rates(picture)
    if (groups.length === 0) return [variantOf(picture, own, prefix)]
    return groups.map(([codec, members]) => {
      const dearest = members.map(rates).reduce((a, b) => (b.peakBps > a.peakBps ? b : a))
      const both = { peakBps: own.peakBps + dearest.peakBps, averageBps: own.averageBps + dearest.averageBps }
      const codecs = new Set(members.map((member) => trackOf(member)?.codecString ?? ''))
      const variant = variantOf(picture, both, prefix)
      return { ...variant, codecs: [...variant.codecs, ...codecs], audioGroup: groupId(codec) }
    })
  })
  const captions = captionsOf(store)
  const alone = pictures.length > 0 ? [] : sounds.map((sound) => variantOf(sound, rates(sound), prefix))
  return formatMultivariantPlaylist({
    version,
    hasIndependentSegments: shown.every(({ segments }) => areIndependent(segments)),
    renditions: [
      ...groups.flatMap(([codec, members]) => {
        const names = soundNames(members.map(soundOf), labels)
        return members.map((member, i) => alternativeOf(member, groupId(codec), names[i]!, i, prefix))
      }),
      ...captions.renditions,
    ],
    variants: [...variants.map((variant) => ({ ...variant, ...captions.ofVariant })), ...alone],
    iFrameVariants: pictures.map((picture) => iFrameVariantOf(picture, prefix)),
  })
}

const captionGroup = 'captions'
const captionNames = { CC1: 'Captions', CC3: 'Captions 2', SERVICE1: 'Captions' } as const

/** Captions in the pictures. Until it is known whether there are any, nothing is said: `NONE` would keep a player from ever looking. */
function captionsOf({ captions }: MediaStore): { readonly renditions: Alternative[]; readonly ofVariant: Pick<Variant, 'captions'> } {
  if (captions === null) return { renditions: [], ofVariant: {} }
  const renditions = captions.map(
    (service): Alternative => ({
      type: 'CLOSED-CAPTIONS',
      groupId: captionGroup,
      name: captionNames[service],
      isDefault: false,
      isAutoSelected: true,
      instreamId: service,
    }),
  )
  return { renditions, ofVariant: { captions: captions.length === 0 ? 'none' : { group: captionGroup } } }
}

/** The entry of the plain form: one variant with everything in it. */
export function plainMultivariant(store: MediaStore, prefix: string): string {
  const pairs = muxedPairs(store)
  const tracks = muxedTracks(pairs.at(-1)!)
  const captions = captionsOf(store)
  const whole = pairs.map(({ main, sound }) => ({ ...main, bytes: main.bytes + (sound?.bytes ?? 0) }))
  const { peakBps, averageBps } = ratesOf(whole, store.targetDurationS)
  return formatMultivariantPlaylist({
    version: plainVersion,
    hasIndependentSegments: areIndependent(whole),
    renditions: captions.renditions,
    variants: [
      {
        uri: `${prefix}media.m3u8`,
        bandwidthBps: peakBps,
        averageBandwidthBps: averageBps,
        codecs: tracks.map((track) => track.codecString),
        ...pictureOf(tracks.find(({ kind }) => kind === 'video')),
        ...captions.ofVariant,
      },
    ],
  })
}

const groupId = (codec: string): string => `audio-${codec}`
const trackOf = ({ segments, init }: Rendition): Track | undefined =>
  (segments.findLast((segment) => segment.init !== null)?.init ?? init)?.track

function soundOf(rendition: Rendition): AudioTrack | undefined {
  const track = trackOf(rendition)
  return track?.kind === 'audio' ? track : undefined
}

function variantOf(rendition: Rendition, { peakBps, averageBps }: Rates, prefix: string): Variant {
  const track = trackOf(rendition)
  return {
    uri: `${prefix}${rendition.id}.m3u8`,
    bandwidthBps: peakBps,
    averageBandwidthBps: averageBps,
    codecs: track === undefined ? [] : [track.codecString],
    ...pictureOf(track),
  }
}

function pictureOf(track: Track | undefined): Pick<Variant, 'resolution' | 'fps'> {
  if (track?.kind !== 'video') return {}
  const { width, height, fps } = track
  return { ...(width === 0 ? {} : { resolution: { width, height } }), ...(fps === null ? {} : { fps }) }
}

function iFrameVariantOf(rendition: Rendition, prefix: string): IFrameVariant {
  const { codecs, resolution } = variantOf(rendition, { peakBps: 0, averageBps: 0 }, prefix)
  const rates = rendition.segments
    .filter(({ isWhole, duration90k }) => isWhole && duration90k > 0)
    .map(({ parts, duration90k }) => ((parts[0]?.firstSampleEnd ?? 0) * 8 * ticksPerSecond) / duration90k)
  return {
    uri: `${prefix}${rendition.id}-i.m3u8`,
    bandwidthBps: Math.max(1, ...rates),
    codecs,
    ...(resolution === undefined ? {} : { resolution }),
  }
}

function alternativeOf(rendition: Rendition, group: string, { name, language }: SoundName, at: number, prefix: string): Alternative {
  const track = trackOf(rendition)
  return {
    type: 'AUDIO',
    groupId: group,
    name,
    ...(language === undefined ? {} : { language }),
    uri: `${prefix}${rendition.id}.m3u8`,
    isDefault: at === 0,
    isAutoSelected: true,
    ...(track?.kind === 'audio' ? { channels: track.channels } : {}),
  }
}
