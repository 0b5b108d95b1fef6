import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { maxLinkFrameBytes, writeEnd, writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import type { ContentLimits, ProbeFault } from '@sluice/contract/prober'
import type { FromWatch } from '@sluice/contract/watch'
import { PictureMonitor, SoundMonitor } from '@sluice/media/input'

type Send = (head: Uint8Array, bytes: Uint8Array | null) => boolean

/** One key picture in so long is decoded, and this much of the sound: the child is for all channels. */
const pictureEveryMs = 1500
const soundEveryMs = 2000
const soundMs = 640
const maxBytes = maxLinkFrameBytes - 64
/** What could not be decoded is said for so long: the child says it once a second at most. */
const undecodedMs = 4000

/** Pictures and sound of one channel, decoded at a lower rate, as its viewers have them. */
export class ContentLine {
  readonly slot: number
  readonly #limits: ContentLimits
  readonly #picture = new PictureMonitor()
  readonly #sound = new SoundMonitor()
  #send: Send | null = null
  #video: Track | null = null
  #audio: Track | null = null
  #pictureDts = Number.NEGATIVE_INFINITY
  #soundDts = Number.NEGATIVE_INFINITY
  #undecoded: { readonly reason: string; readonly atMs: number } | null = null

  constructor(slot: number, limits: ContentLimits) {
    this.slot = slot
    this.#limits = limits
  }

  /** Null: nobody decodes now. A child that is new knows of no track. */
  connect(send: Send | null): void {
    this.#send = send
    this.#video = null
    this.#audio = null
    this.#picture.forget()
    this.#sound.forget()
    this.#undecoded = null
  }

  put(frame: Frame, nowMs: number): void {
    const { track, bytes } = frame
    if (this.#send === null || track.id !== 0 || bytes.length === 0 || bytes.length > maxBytes || !this.#isWanted(frame)) return
    if (track !== (track.kind === 'video' ? this.#video : this.#audio)) {
      if (track.kind === 'video') this.#video = track
      else this.#audio = track
      this.#send(writeTrack(this.slot, track), null)
    }
    this.#send(writeFrameHead(this.slot, frame, nowMs), bytes)
  }

  receive(message: FromWatch): void {
    if (message.type === 'picture') this.#picture.add(message)
    else if (message.type === 'sound') this.#sound.add(message)
    else if (message.type === 'undecoded') this.#undecoded = { reason: message.reason, atMs: message.atMs }
  }

  /** Null: nothing was decoded of late. */
  faults(nowMs: number): ProbeFault[] | null {
    const { blackMs, frozenMs, silentMs } = this.#limits
    const [picture, sound] = [this.#picture.read(nowMs), this.#sound.read(nowMs)]
    const isUndecoded = this.#undecoded !== null && nowMs - this.#undecoded.atMs < undecodedMs
    if (picture === null && sound === null && !isUndecoded) return null
    const faults: ProbeFault[] = []
    if (isUndecoded) faults.push({ code: 'undecodable', figures: { reason: this.#undecoded!.reason.slice(0, 120) } })
    if (picture !== null && picture.blackForMs >= blackMs) {
      faults.push({ code: 'picture-black', figures: { forMs: Math.round(picture.blackForMs) } })
    } else if (picture !== null && picture.frozenForMs >= frozenMs) {
      faults.push({ code: 'picture-frozen', figures: { forMs: Math.round(picture.frozenForMs) } })
    }
    if (sound !== null && sound.silentForMs >= silentMs)
      faults.push({ code: 'sound-silent', figures: { forMs: Math.round(sound.silentForMs) } })
    return faults
  }

  close(): void {
    this.#send?.(writeEnd(this.slot), null)
    this.#send = null
  }

  #isWanted({ track, isKey, dts }: Frame): boolean {
    if (track.kind === 'video') {
      if (!isKey || !isDue(dts - this.#pictureDts, pictureEveryMs)) return false
      this.#pictureDts = dts
      return true
    }
    if (isDue(dts - this.#soundDts, soundEveryMs)) this.#soundDts = dts
    return dts - this.#soundDts < soundMs * ticksPerMs
  }
}

/** Time that goes back is another programme's. */
const isDue = (ticks: number, everyMs: number): boolean => ticks < 0 || ticks >= everyMs * ticksPerMs
