import { messageOf } from '@sluice/base/errors'
import type { VideoTrack } from '@sluice/codecs/frame'
import type { LinkFrame, LinkMessage } from '@sluice/containers/frame-link'
import { type FromWatch, watchLimits } from '@sluice/contract/watch'
import type { Av } from '../av/av.ts'
import { Decoder } from '../av/decoder.ts'
import { drawThumbnail } from './draw-thumbnail.ts'

/** Key frames in, small pictures out: one frame a slot. A decoder lives for one frame, so that nothing of one channel is left for the next. */
export class Thumbnails {
  readonly #av: Av
  readonly #answer: (answer: FromWatch) => void
  #track: { readonly slot: number; readonly track: VideoTrack } | null = null

  constructor(av: Av, answer: (answer: FromWatch) => void) {
    this.#av = av
    this.#answer = answer
  }

  receive(message: LinkMessage): void {
    if (message.type === 'frame') this.#draw(message)
    else if (message.type === 'end') this.#track = null
    // The record that the configuration is a view of is gone by the frame.
    else if (message.track.kind === 'video')
      this.#track = { slot: message.slot, track: { ...message.track, config: message.track.config.slice() } }
  }

  #draw(frame: LinkFrame): void {
    const { slot, readMs } = frame
    const atMs = readMs ?? 0
    try {
      if (this.#track?.slot !== slot) throw new Error('the frame has no track')
      const jpeg = this.#pictureOf(this.#track.track, frame)
      if (jpeg === null) throw new Error('the key frame gives no picture')
      this.#answer({ type: 'thumbnail', slot, atMs, jpeg })
    } catch (error) {
      this.#answer({ type: 'undecoded', slot, kind: 'video', atMs, reason: messageOf(error) })
    }
  }

  #pictureOf(track: VideoTrack, frame: LinkFrame): Uint8Array | null {
    const decoder = new Decoder(this.#av, track, watchLimits.pixels)
    let jpeg: Uint8Array | null = null
    try {
      decoder.decode(frame, true, (decoded) => {
        jpeg ??= drawThumbnail(this.#av, decoded)
      })
    } finally {
      decoder.close()
    }
    return jpeg
  }
}
