import { SluiceError } from '@sluice/base/errors'
import { FlvDemuxer } from '@sluice/containers/flv'
import type { PublishRequest, RtmpCloseReason, RtmpServerSession, RtmpSink } from '@sluice/protocols/rtmp'
import type { SrtStats } from '@sluice/protocols/srt'
import type { ChannelInput, SessionFacts } from '../channels/channel-input.ts'
import { readRelayedStats } from './relayed-stats.ts'

/** How a close is told to the operator; null where the encoder ended the stream by its own word. */
const problemOf = (reason: RtmpCloseReason): string | null => (reason.kind === 'unpublish' ? null : reason.message)

/** Joins an RTMP session, a publisher's or one that we play, to a channel's input: messages in, tracks and frames out. */
export function rtmpInput(
  input: ChannelInput,
  request: Pick<PublishRequest, 'app'>,
  session: Pick<RtmpServerSession, 'close'>,
  facts: SessionFacts,
): RtmpSink {
  let relayedStats: SrtStats | null = null
  const port = input.open({ facts, close: (message) => session.close(message), srtStats: () => relayedStats })
  const demuxer = new FlvDemuxer()
  const sink = {
    onTrack: port.putTrack,
    onFrame: port.putFrame,
    onData(body: Uint8Array) {
      // Metadata is made anew from the codec configuration: what encoders say of themselves is often wrong.
      if (facts.protocol === 'srt') relayedStats = readRelayedStats(body) ?? relayedStats
    },
  }
  return {
    onMessage(kind, timestampMs, body) {
      try {
        demuxer.push(kind, timestampMs, body, sink)
      } catch (error) {
        if (!(error instanceof SluiceError)) throw error
        session.close(`${request.app}: broken ${kind} message: ${error.message}`)
      }
    },
    onReadEnd: port.flush,
    onClose: (reason) => port.close(problemOf(reason)),
  }
}
