import { type Track, ticksPerSecond } from '@sluice/codecs/frame'
import { writeInitSegment } from '@sluice/containers/fmp4'
import { formatMediaPlaylist, type MediaSegment } from '@sluice/containers/m3u8'
import { fileName, type InitData, type MediaStore, type Part, type Rendition, type Segment } from '../store/index.ts'
import { dateRanges } from './date-ranges.ts'
import { areIndependent } from './rendition-playlist.ts'

/*
 * The plain form: picture and sound in one file, whole segments, no tags of low latency. Old TVs and simple players want it. A segment is the
 * parts of both tracks one after another, the same bytes that all other views give out.
 */

const version = 7
/** An init segment's number holds the versions of both tracks. */
const versionStep = 10_000
const muxedId = 'm_source'

/** A segment of both tracks. `sound` is absent where there was none. */
type Pair = { readonly main: Segment; readonly sound: Segment | undefined }

/** What leads the plain form, and the sound beside it. Null: there is neither. */
export function muxedRenditions(store: MediaStore): { readonly main: Rendition; readonly sound: Rendition | undefined } | null {
  const all = store.renditions.filter(({ rung, isEmpty }) => rung === 'source' && !isEmpty)
  const main = all.find(({ kind }) => kind === 'video') ?? all[0]
  return main === undefined ? null : { main, sound: all.find((rendition) => rendition !== main && rendition.kind === 'audio') }
}

/** Whole in both tracks, oldest first. */
export function muxedPairs(store: MediaStore): Pair[] {
  const found = muxedRenditions(store)
  if (found === null) return []
  const { main, sound } = found
  const pairs: Pair[] = []
  for (const segment of main.segments) {
    if (!segment.isWhole) break
    const beside = sound?.segment(segment.number)
    if (beside === undefined && isExpected(sound, segment.number)) break
    pairs.push({ main: segment, sound: beside })
  }
  return pairs
}

export function muxedPlaylist(store: MediaStore, targetDurationS: number, prefix: string): string {
  const pairs = muxedPairs(store)
  const first = pairs[0]!.main
  return formatMediaPlaylist({
    version,
    targetDurationS,
    mediaSequence: first.number,
    discontinuitySequence: first.splices - (first.isSpliced ? 1 : 0),
    hasIndependentSegments: areIndependent(pairs.map(({ main }) => main)),
    isEnded: store.state === 'ended',
    dateRanges: dateRanges(
      store,
      pairs.map(({ main }) => main),
    ),
    segments: pairs.map(
      (pair): MediaSegment => ({
        uri: `${prefix}${fileName({ kind: 'segment', rendition: muxedId, epoch: store.firstNumber, number: pair.main.number })}`,
        durationS: pair.main.duration90k / ticksPerSecond,
        hasDiscontinuity: pair.main.isSpliced,
        map: { uri: `${prefix}${fileName({ kind: 'init', rendition: muxedId, epoch: store.firstNumber, number: initNumber(pair) })}` },
        programDateTimeMs: pair.main.startWallMs,
      }),
    ),
  })
}

export const muxedTracks = ({ main, sound }: Pair): Track[] => initsOf({ main, sound }).map(({ track }) => track)

/** The bytes of a muxed segment, in the order of their times; null: it can't be fetched. */
export function muxedSegment(store: MediaStore, rendition: string, number: number): readonly Uint8Array[] | null {
  const found = rendition === muxedId ? muxedRenditions(store) : null
  const main = found?.main.segment(number)
  const sound = found?.sound?.segment(number)
  if (found === null || main === undefined || (sound === undefined && isExpected(found.sound, number))) return null
  const parts = [...main.parts, ...(sound?.parts ?? [])].filter(({ isGap }) => !isGap)
  return parts.sort(byTime).map(({ bytes }) => bytes)
}

export function muxedInit(store: MediaStore, rendition: string, number: number): Uint8Array | null {
  const found = rendition === muxedId ? muxedRenditions(store) : null
  if (found === null) return null
  const main = found.main.initOf(Math.floor(number / versionStep))
  const soundVersion = (number % versionStep) - 1
  const sound = soundVersion < 0 ? undefined : found.sound?.initOf(soundVersion)
  if (main === undefined || (soundVersion >= 0 && sound === undefined)) return null
  const tracks = [main, ...(sound === undefined ? [] : [sound])].map(({ track }) => track)
  return writeInitSegment(tracks.map((track) => ({ trackId: track.kind === 'video' ? 1 : 2, track })))
}

const initNumber = ({ main, sound }: Pair): number =>
  (main.init?.version ?? 0) * versionStep + (sound?.init == null ? 0 : sound.init.version + 1)
const initsOf = ({ main, sound }: Pair): InitData[] => [main.init, sound?.init ?? null].filter((init) => init !== null)
/** Sound ends a moment later than its picture. Where it had not begun there is none to wait for. */
const isExpected = (sound: Rendition | undefined, number: number): boolean => (sound?.firstNumber ?? Number.POSITIVE_INFINITY) <= number
const byTime = (a: Part, b: Part): number => a.startDts - b.startDts
