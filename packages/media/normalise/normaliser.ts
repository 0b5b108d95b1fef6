import type { AudioTrack, CodedPacket, Frame, MediaNote, Track, VideoTrack } from '@sluice/codecs/frame'
import { AacLane } from './aac-lane.ts'
import { FramedLane, isFramed } from './framed-lane.ts'
import { LooseVideo } from './loose-video.ts'
import { VideoLane } from './video-lane.ts'
import { WaitingSound } from './waiting-sound.ts'

/** Takes what is normal: tracks before the frames that need them, one access unit a frame, times in order. */
export type NormaliserOut = {
  readonly onTrack: (track: Track) => void
  readonly onFrame: (frame: Frame) => void
  /** Something was changed or left out: for each occurrence anew. */
  readonly onNote: (note: MediaNote) => void
}

type Lane = VideoLane | AacLane | FramedLane
/** What names a lane. */
type Lanes = Pick<Track, 'kind' | 'id' | 'codec'>

/** Tracks of one session that are looked at; further ones pass as they come. */
const maxLanes = 32

/**
 * Makes tracks and frames of one session what the house takes them for, whatever the protocol: whole pictures, configuration in the
 * track, times in order. What is so already, as nearly all media, passes untouched; what can't be told is passed on and named.
 * It holds at most one picture a track, but for the first few of a track that raise a doubt.
 */
export class Normaliser {
  /** What lanes give goes out through here: sound that waits for a first picture leaves in its place. */
  readonly #out: NormaliserOut
  readonly #sound: WaitingSound
  // bound: `maxLanes`, further tracks pass as they come
  readonly #lanes = new Map<string, Lane>()
  // bound: `maxLanes`, as they are lanes
  readonly #videos: VideoLane[] = []
  // bound: `maxLanes`, one a lane
  readonly #loose = new Map<string, LooseVideo>()
  readonly #byTrack = new WeakMap<Track, Lane>()

  constructor(out: NormaliserOut) {
    this.#sound = new WaitingSound(out.onFrame)
    this.#out = { ...out, onFrame: (frame) => this.#give(frame) }
  }

  putTrack(track: Track): void {
    const lane = this.#laneOf(track)
    if (lane === null) this.#out.onTrack(track)
    else if (lane instanceof VideoLane) {
      lane.putTrack(track as VideoTrack)
      this.#loose.get(keyOf(track))?.release(lane)
    } else lane.putTrack(track as AudioTrack)
  }

  /** Takes an access unit, or what the demuxer takes for one. */
  putFrame(frame: Frame): void {
    const lane = this.#byTrack.get(frame.track) ?? this.#laneOf(frame.track)
    if (lane === null) this.#out.onFrame(frame)
    else lane.putFrame(frame)
    if (!this.#sound.isEmpty && !this.#isStarting()) this.#sound.release()
  }

  /** Takes a payload without a configuration, or one that does not lie as its configuration says. */
  putPacket(packet: CodedPacket): void {
    const lane = this.#laneFor(packet)
    if (lane instanceof VideoLane) this.#looseOf(packet).put(packet, lane)
    else if (lane !== null) lane.putPacket(packet)
    else this.#out.onNote({ code: 'config-missing', media: packet.kind, subject: packet.codec })
  }

  /** No more comes for now, or for good: gives out what is held. */
  flush(): void {
    for (const lane of this.#lanes.values()) if (lane instanceof VideoLane) lane.flush()
    this.#sound.release()
  }

  #give(frame: Frame): void {
    if (frame.track.kind === 'audio' && this.#isStarting()) this.#sound.put(frame)
    else this.#sound.pass(frame)
  }

  #isStarting(): boolean {
    for (const video of this.#videos) if (video.isStarting) return true
    return false
  }

  #laneOf(track: Track): Lane | null {
    const lane = this.#laneFor(track)
    if (lane !== null) this.#byTrack.set(track, lane)
    return lane
  }

  /** Null: nothing of this codec is to be changed. */
  #laneFor(of: Lanes): Lane | null {
    const key = keyOf(of)
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    const lane = this.#lanes.size < maxLanes ? this.#makeLane(of.id, of.codec) : null
    if (lane !== null) this.#lanes.set(key, lane)
    if (lane instanceof VideoLane) this.#videos.push(lane)
    return lane
  }

  #makeLane(id: number, codec: Track['codec']): Lane | null {
    if (codec === 'h264' || codec === 'h265') return new VideoLane(codec, id, this.#out)
    if (codec === 'aac') return new AacLane(this.#out)
    return isFramed(codec) ? new FramedLane(this.#out) : null
  }

  #looseOf(of: Lanes): LooseVideo {
    const key = keyOf(of)
    const known = this.#loose.get(key)
    if (known !== undefined) return known
    const made = new LooseVideo(this.#out.onNote)
    this.#loose.set(key, made)
    return made
  }
}

const keyOf = ({ kind, id, codec }: Lanes): string => `${kind}${id} ${codec}`
