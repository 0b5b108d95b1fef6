import type { Clock, Timer } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { writeGlassStamp } from '@sluice/codecs/h264'
import { writeNalUnits } from '@sluice/codecs/nal'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage, writeMetadata } from '@sluice/protocols/rtmp'
import type { Clip, ClipTag } from './clip.ts'

/** Later than this behind its time, as after a machine's sleep, the source goes on from now. */
const maxLatenessMs = 2000

export type LoopedSourceOptions = {
  readonly clip: Clip
  readonly url: string
  readonly streamKey: string
  readonly clock: Clock
  readonly onEnd: (failure: Failure) => void
}

/** Publishes a clip round and round in real time, with timestamps that go on rising, as an encoder would. */
export class LoopedSource {
  readonly #options: LoopedSourceOptions
  readonly #publisher: RtmpPublisher
  #startMs = 0
  #next = 0
  #round = 0
  #timer: Timer | null = null

  constructor(options: LoopedSourceOptions) {
    this.#options = options
    this.#publisher = openRtmpPublisher({
      url: options.url,
      streamKey: options.streamKey,
      clock: options.clock,
      log: silentLogger,
      handler: {
        onReady: () => this.#begin(),
        onClose: (failure) => {
          this.#timer?.cancel()
          options.onEnd(failure)
        },
      },
    })
  }

  get bytesSent(): number {
    return this.#publisher.bytesSent
  }

  close(): void {
    this.#timer?.cancel()
    this.#publisher.close()
  }

  #begin(): void {
    const { clip, clock } = this.#options
    this.#startMs = clock.nowMs()
    const { messageStreamId } = this.#publisher
    this.#publisher.write(writeMediaMessage('data', 0, messageStreamId, [writeMetadata(metadata, true)]))
    for (const tag of clip.head) this.#write(tag, 0)
    this.#writeDue()
  }

  #writeDue(): void {
    const { clip, clock } = this.#options
    let waitMs = this.#untilDueMs(clock)
    if (waitMs < -maxLatenessMs) {
      this.#startMs -= waitMs
      waitMs = 0
    }
    while (waitMs <= 0) {
      this.#write(clip.tags[this.#next]!, this.#round * clip.loopMs)
      this.#next = (this.#next + 1) % clip.tags.length
      if (this.#next === 0) this.#round++
      waitMs = this.#untilDueMs(clock)
    }
    this.#timer = clock.after(waitMs, () => this.#writeDue())
  }

  #untilDueMs(clock: Clock): number {
    const { clip } = this.#options
    return this.#startMs + this.#round * clip.loopMs + clip.tags[this.#next]!.offsetMs - clock.nowMs()
  }

  #write(tag: ClipTag, roundMs: number): void {
    const timestampMs = (roundMs + tag.offsetMs) >>> 0
    const { body } = tag
    const pieces = isKeyPicture(tag)
      ? [body.subarray(0, flvHeadBytes), writeNalUnits([writeGlassStamp(this.#options.clock.wallMs())]), body.subarray(flvHeadBytes)]
      : [body]
    this.#publisher.write(writeMediaMessage(tag.kind, timestampMs, this.#publisher.messageStreamId, pieces))
  }
}

/** A key picture of H.264 says when it was sent, so that probes can say when a viewer sees it. Spec: FLV 10.1 §E.4.3.1 */
const isKeyPicture = ({ kind, body }: ClipTag): boolean => kind === 'video' && body[0] === 0x17 && body[1] === 1
const flvHeadBytes = 5

/** As encoders announce it; what counts is in the codec configuration. */
const metadata = {
  encoder: 'Sluice demo',
  width: 1280,
  height: 720,
  framerate: 30,
  videocodecid: 7,
  audiocodecid: 10,
  audiosamplerate: 48_000,
  stereo: true,
}
