import { TsDemuxer } from '@sluice/containers/mpegts'
import type { SrtCloseReason, SrtConnection } from '@sluice/protocols/srt'
import type { ChannelInput } from '../channels/channel-input.ts'

/** How a close is told to the operator; null where the encoder ended the stream by its own word. */
const problems: Readonly<Record<SrtCloseReason, string | null>> = {
  'peer-shutdown': null,
  'idle-timeout': 'nothing came from the encoder for 5 s: its network or the encoder itself is gone',
  closed: 'Sluice ended the session',
  socket: 'the UDP port failed',
  fault: 'a fault in Sluice ended the session',
}

/** Joins an SRT session to a channel's input: MPEG-TS payloads in, tracks and frames out. `isPulled`: we called for it. */
export function srtInput(input: ChannelInput, connection: SrtConnection, { isPulled = false } = {}): void {
  const port = input.open({
    facts: {
      protocol: 'srt',
      remoteAddress: connection.remoteAddress,
      encoder: `libsrt ${connection.peerVersion}`,
      ...(isPulled ? { isPulled } : {}),
    },
    close: () => connection.abort(),
    srtStats: () => connection.stats(),
  })
  const demuxer = new TsDemuxer()
  const sink = { onTrack: port.putTrack, onFrame: port.putFrame }
  connection.onPayload = (payload) => demuxer.push(payload, sink)
  connection.onReadEnd = port.flush
  connection.onClose = (reason) => port.close(problems[reason])
}
