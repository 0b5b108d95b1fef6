import { FlvFileReader } from '@sluice/containers/flv'
import type { MediaKind } from '@sluice/protocols/rtmp'

/** One message of a clip: `offsetMs` counts from the clip's start. */
export type ClipTag = { readonly kind: MediaKind; readonly offsetMs: number; readonly body: Uint8Array }

/** A clip that can be played round and round: what opens a stream, then what is repeated every `loopMs`. */
export type Clip = { readonly loopMs: number; readonly head: readonly ClipTag[]; readonly tags: readonly ClipTag[] }

/** Codec configuration, of H.264 or AAC: second byte 0. Spec: FLV 10.1 §E.4.2.1, §E.4.3.1 */
const isConfig = (tag: ClipTag): boolean => tag.kind !== 'data' && tag.body[1] === 0
/** H.264's "end of sequence" ends nothing in a loop. */
const isEnd = (tag: ClipTag): boolean => tag.kind === 'video' && tag.body[1] === 2

/**
 * Reads an FLV file as a clip of `loopMs`, which must be a whole number of frames of every track. Each track is moved to begin at 0
 * and cut at `loopMs`: encoders put one packet of silence in front, which would make each round a little too long.
 */
export function readClip(file: Uint8Array, loopMs: number): Clip {
  const all: ClipTag[] = []
  new FlvFileReader().push(file, (kind, timestampMs, body) => all.push({ kind, offsetMs: timestampMs, body: body.slice() }))
  const media = all.filter((tag) => tag.kind !== 'data' && !isConfig(tag) && !isEnd(tag))
  const startMs = new Map(
    (['audio', 'video'] as const).map((kind) => [kind as MediaKind, media.find((tag) => tag.kind === kind)?.offsetMs ?? 0]),
  )
  const tags = media
    .map((tag) => ({ ...tag, offsetMs: tag.offsetMs - (startMs.get(tag.kind) ?? 0) }))
    .filter((tag) => tag.offsetMs < loopMs)
    .sort((a, b) => a.offsetMs - b.offsetMs)
  return { loopMs, head: all.filter(isConfig).map((tag) => ({ ...tag, offsetMs: 0 })), tags }
}
