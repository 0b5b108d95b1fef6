import { WireError } from '@sluice/base/errors'
import type { AudioTrack, Frame } from '@sluice/codecs/frame'
import { readOpusHead } from '@sluice/codecs/opus'
import { writeOpusControlHeader } from '../elementary/opus-access-unit.ts'
import { makeOpusDescriptor } from '../elementary/opus-channels.ts'
import { StreamId } from '../pes/pes-header.ts'
import { type Descriptor, makeRegistration } from '../psi/descriptor.ts'
import { StreamType } from '../psi/stream-type.ts'
import type { TrackWriter } from './track-writer.ts'

/** Opus packets, each behind a control header without trims: timestamps are kept as they are. */
export class OpusWriter implements TrackWriter {
  readonly track: AudioTrack
  readonly streamType = StreamType.privatePes
  readonly streamId = StreamId.private1
  readonly descriptors: readonly Descriptor[]
  readonly frameTicks = 0

  /** Throws WireError for channels that TS has no code for. */
  constructor(track: AudioTrack) {
    const head = readOpusHead(track.config)
    const channels = makeOpusDescriptor(head)
    if (channels === null) {
      throw new WireError(
        'TS_OPUS_CHANNELS',
        0,
        `MPEG-TS has no code for Opus of ${head.channels} channels in mapping family ${head.mappingFamily}`,
      )
    }
    this.track = track
    this.descriptors = [makeRegistration('Opus'), channels]
  }

  pieces(frame: Frame): Uint8Array[] | null {
    return frame.bytes.length === 0 ? null : [writeOpusControlHeader(frame.bytes.length), frame.bytes]
  }
}
