import { WireError } from '@sluice/base/errors'
import type { DataTrack } from '@sluice/codecs/frame'
import { dataName, readTimedData } from '@sluice/protocols/rtmp'
import { isOwnMessage } from '../relay/index.ts'
import type { InputPort } from './channel-input.ts'
import { DataRoom, maxDataBytes, maxDataPerS } from './data-room.ts'

/** Metadata is made anew from the codec configuration; the others speak to servers and players of one session. */
const notPassedOn: ReadonlySet<string> = new Set(['onMetaData', '@clearDataFrame', '|RtmpSampleAccess', 'onStatus', 'onPlayStatus'])
/** Names as encoders give them: `onCuePoint`, `onTextData`, `onCaptionInfo`. */
const plainName = /^[A-Za-z][\w.-]{0,63}$/
/** RTMP has one stream of them. */
const amfTrack: DataTrack = { kind: 'data', id: 0, codec: 'amf0' }

/** Passes timed data of one RTMP session on to the programme: what is sound, named and within the bound. All else is noted. */
export class DataMessages {
  readonly #port: Pick<InputPort, 'putData' | 'note'>
  readonly #room = new DataRoom()
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
    if (body.length > maxDataBytes) {
      this.#port.note({ code: 'data-not-carried', media: 'data', subject: `data messages above ${maxDataBytes / 1024} kB` })
      return
    }
    try {
      const data = readTimedData(body)
      if (data === null || !plainName.test(data.name))
        this.#port.note({ code: 'data-not-carried', media: 'data', subject: 'data messages without a valid name' })
      else if (!this.#room.admit(body.length, this.#mediaDts)) {
        this.#port.note({ code: 'data-not-carried', media: 'data', subject: `more than ${maxDataPerS} data messages a second` })
      } else this.#port.putData({ track: amfTrack, dts, body: data.body, isSet: data.isSet })
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#port.note({ code: 'broken-left-out', media: 'data', subject: 'data messages that are not AMF0' })
    }
  }
}
