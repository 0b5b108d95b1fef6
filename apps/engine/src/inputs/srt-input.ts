import type { MediaNote } from '@sluice/codecs/frame'
import { missingPackets, type TsData, TsDemuxer, type TsFact } from '@sluice/containers/mpegts'
import type { SrtCloseReason, SrtConnection } from '@sluice/protocols/srt'
import type { ChannelInput, InputPort } from './channel-input.ts'
import { DataRoom, maxDataBytes, maxDataPerS } from './data-room.ts'

/** How a close is told to the operator; null where the encoder stopped the stream by its own word. */
const problems: Readonly<Record<SrtCloseReason, string | null>> = {
  'peer-shutdown': null,
  'idle-timeout': 'nothing arrived from the encoder for 5 s: the encoder or its network is down',
  closed: 'Sluice ended the session',
  socket: 'the UDP port failed',
  fault: 'a fault in Sluice ended the session',
}

const tooMuchData = `timed data above ${maxDataBytes / 1024} kB, or more than ${maxDataPerS} pieces a second`

/** Joins an SRT session to a channel's input: MPEG-TS payloads in, tracks and frames out. `isPulled`: we called for it. */
export function srtInput(input: ChannelInput, connection: SrtConnection, { isPulled = false } = {}): void {
  let receivedBytes = 0
  const port = input.open({
    facts: {
      protocol: 'srt',
      remoteAddress: connection.remoteAddress,
      encoder: `libsrt ${connection.peerVersion}`,
      ...(isPulled ? { isPulled } : {}),
    },
    close: () => connection.abort(),
    srtStats: () => connection.stats(),
    bytesReceived: () => receivedBytes,
  })
  const demuxer = new TsDemuxer()
  let lostBefore = 0
  const onNote = (note: MediaNote): void => {
    if (note.subject !== missingPackets) {
      port.note(note)
      return
    }
    // What the connection itself lost is told by its own figures; what is missing beyond that was so when it was sent.
    const lost = connection.stats().pktRcvDropTotal
    if (lost === lostBefore) port.note(note)
    lostBefore = lost
  }
  const room = new DataRoom()
  const onTimed = ({ track, dts, aheadTicks, bytes }: TsData): void => {
    if (bytes.length > maxDataBytes || !room.admit(bytes.length, dts))
      port.note({ code: 'data-not-carried', media: 'data', subject: tooMuchData })
    else port.putData({ track, dts, aheadTicks, body: bytes, isSet: false })
  }
  const sink = { onTrack: port.putTrack, onFrame: port.putFrame, onTimed, onFact: (fact: TsFact) => endTrack(fact, port), onNote }
  connection.onPayload = (payload) => {
    receivedBytes += payload.length
    demuxer.push(payload, sink)
  }
  connection.onReadEnd = port.flush
  connection.onClose = (reason) => port.close(problems[reason])
}

/** A stream that left the program table is no track of the input any more. */
function endTrack(fact: TsFact, port: InputPort): void {
  if (fact.type === 'track.ended') port.endTrack(fact.kind, fact.id)
}
