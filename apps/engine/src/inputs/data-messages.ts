import { WireError } from '@sluice/base/errors'
import { type DataTrack, ticksPerSecond } from '@sluice/codecs/frame'
import { dataName, readTimedData } from '@sluice/protocols/rtmp'
import { isOwnMessage } from '../relay/index.ts'
import type { InputPort } from './channel-input.ts'

/** Metadata is made anew from the codec configuration; the others speak to servers and players of one session. */
const notPassedOn: ReadonlySet<string> = new Set(['onMetaData', '@clearDataFrame', '|RtmpSampleAccess', 'onStatus', 'onPlayStatus'])
/** Names as encoders give them: `onCuePoint`, `onTextData`, `onCaptionInfo`. */
const plainName = /^[A-Za-z][\w.-]{0,63}$/
/** A caption or cue is some hundred bytes; a picture in one (onImageData) is more than destinations take. */
const maxBodyBytes = 32 * 1024
/** By the time of the media, so that timestamps that stand still give no room. */
const maxMessagesPerS = 50
const maxBytesPerS = 64 * 1024

/** RTMP has one stream of them. */
const amfTrack: DataTrack = { kind: 'data', id: 0, codec: 'amf0' }

/** Passes timed data of one RTMP session on to the programme: what is sound, named and within the bound. All else is noted. */
export class DataMessages {
  readonly #port: Pick<InputPort, 'putData' | 'note'>
  #second = Number.NaN
  #messages = 0
  #bytes = 0
  #mediaDts = 0

  constructor(port: Pick<InputPort, 'putData' | 'note'>) {
    this.#port = port
  }

  /** Where the media has come to, 90 kHz. */
  noteMedia(dts: number): void {
    this.#mediaDts = dts
  }

  /** `dts`: the message's own time on that of the media. */
  receive(body: Uint8Array, dts: number): void {
    const name = dataName(body)
    if ((name !== null && notPassedOn.has(name)) || isOwnMessage(body)) return
    if (body.length > maxBodyBytes) {
      this.#port.note({ code: 'data-not-carried', media: 'data', subject: `data messages above ${maxBodyBytes / 1024} kB` })
      return
    }
    try {
      const data = readTimedData(body)
      if (data === null || !plainName.test(data.name))
        this.#port.note({ code: 'data-not-carried', media: 'data', subject: 'data messages without a valid name' })
      else if (!this.#hasRoom(body.length)) {
        this.#port.note({ code: 'data-not-carried', media: 'data', subject: `more than ${maxMessagesPerS} data messages a second` })
      } else this.#port.putData({ track: amfTrack, dts, body: data.body, isSet: data.isSet })
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#port.note({ code: 'broken-left-out', media: 'data', subject: 'data messages that are not AMF0' })
    }
  }

  #hasRoom(byteCount: number): boolean {
    const second = Math.floor(this.#mediaDts / ticksPerSecond)
    if (second !== this.#second) {
      this.#second = second
      this.#messages = 0
      this.#bytes = 0
    }
    if (this.#messages >= maxMessagesPerS || this.#bytes + byteCount > maxBytesPerS) return false
    this.#messages++
    this.#bytes += byteCount
    return true
  }
}
