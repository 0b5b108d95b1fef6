import type { AudioTrack, Frame } from '@sluice/codecs/frame'
import type { Descriptor } from '../psi/descriptor.ts'
import type { TrackWriter } from './track-writer.ts'

/** Audio whose frames carry their own headers and go as they are: MP3, AC-3, E-AC-3. */
export class BareAudioWriter implements TrackWriter {
  readonly track: AudioTrack
  readonly streamType: number
  readonly streamId: number
  readonly descriptors: readonly Descriptor[]
  readonly frameTicks = 0

  constructor(track: AudioTrack, streamType: number, streamId: number, descriptors: readonly Descriptor[]) {
    this.track = track
    this.streamType = streamType
    this.streamId = streamId
    this.descriptors = descriptors
  }

  pieces(frame: Frame): Uint8Array[] | null {
    return frame.bytes.length === 0 ? null : [frame.bytes]
  }
}
