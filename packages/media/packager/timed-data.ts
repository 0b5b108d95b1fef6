import { equalBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { ticksPerSecond } from '@sluice/codecs/frame'
import { writeId3Text } from '@sluice/containers/packed-audio'
import { readAmf0 } from '@sluice/protocols/rtmp'
import type { ProgrammeData } from '../bus/index.ts'
import type { MediaStore } from '../store/index.ts'

/**
 * Puts timed data into the store: splice points as they are, ID3 as it is, and messages of RTMP as ID3 with their values as JSON, the form in which
 * players of HLS hand metadata to a page. Answers when a splice point is due; null: it was none.
 */
export function noteTimed(store: MediaStore, { track, dts, aheadTicks = 0, body }: ProgrammeData): number | null {
  const pts = dts + aheadTicks
  if (track.codec === 'scte35') {
    // Until a splice point has come it is announced again and again.
    const isRepeated = store.timed.some(
      (one) => one.kind === 'scte35' && Math.abs(one.pts - pts) < ticksPerSecond / 2 && equalBytes(one.bytes, body),
    )
    if (!isRepeated) store.mark('scte35', pts, body)
    return isRepeated ? null : pts
  }
  const tag = track.codec === 'id3' ? body : id3Of(body)
  if (tag !== null) store.mark('id3', pts, tag)
  return null
}

/** Null: the message has no name, or is broken. */
function id3Of(body: Uint8Array): Uint8Array | null {
  try {
    const [name, ...values] = readAmf0(body)
    if (typeof name !== 'string') return null
    return writeId3Text(name, JSON.stringify(values.length === 1 ? values[0] : values) ?? 'null')
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return null
  }
}
