import { WireError } from '@sluice/base/errors'
import { cleanText } from '@sluice/base/log'
import { encoderName } from '@sluice/base/words'
import type { CodedPacket, Frame, Track } from '@sluice/codecs/frame'
import { FlvDemuxer } from '@sluice/containers/flv'
import {
  dataName,
  type PublishRequest,
  type RtmpCloseReason,
  type RtmpServerSession,
  type RtmpSink,
  readMetadata,
} from '@sluice/protocols/rtmp'
import type { SrtStats } from '@sluice/protocols/srt'
import { readRelayedNotes, readRelayedStats, rtmpNote } from '../relay/index.ts'
import type { ChannelInput, SessionFacts } from './channel-input.ts'
import { DataMessages } from './data-messages.ts'

/** How a close is told to the operator; null where the encoder stopped the stream by its own word. */
const problemOf = (reason: RtmpCloseReason): string | null => (reason.kind === 'unpublish' ? null : reason.message)

/** A session as this needs it; without `stats` nobody knows what came over the wire. */
type Session = Pick<RtmpServerSession, 'close'> & { readonly stats?: Pick<RtmpServerSession['stats'], 'bytesReceived'> }

/**
 * Joins an RTMP session, a publisher's or one that we play, to a channel's input: messages in, tracks, frames and timed data out. A
 * broken message never ends it; the input does when nothing else comes.
 */
export function rtmpInput(input: ChannelInput, _request: Pick<PublishRequest, 'app'>, session: Session, facts: SessionFacts): RtmpSink {
  let relayedStats: SrtStats | null = null
  let named = facts
  const port = input.open({
    get facts() {
      return named
    },
    close: (message) => session.close(message),
    srtStats: () => relayedStats,
    bytesReceived: () => session.stats?.bytesReceived ?? null,
  })
  const demuxer = new FlvDemuxer()
  const data = new DataMessages(port)
  const sink = {
    onTrack: (track: Track) => port.putTrack(track),
    onFrame(frame: Frame) {
      data.noteMedia(frame.dts)
      port.putFrame(frame)
    },
    onPacket(packet: CodedPacket) {
      data.noteMedia(packet.dts)
      port.putPacket(packet)
    },
    onNote: port.note,
    onData(body: Uint8Array, _timestampMs: number, dts: number) {
      // An engine that ends a connection for this one tells what it knows of it beside the media.
      if (facts.isRelayed) {
        for (const note of readRelayedNotes(body)) port.note(note)
      }
      if (facts.protocol === 'srt') relayedStats = readRelayedStats(body) ?? relayedStats
      else {
        named = namedBy(body, named)
        data.receive(body, dts)
      }
    },
  }
  return {
    onMessage: (kind, timestampMs, body) => demuxer.push(kind, timestampMs, body, sink),
    onLeftOut: (what, name) => port.note(rtmpNote(what, name)),
    onReadEnd: port.flush,
    onClose: (reason) => port.close(problemOf(reason)),
  }
}

/** What counts of an encoder's name. */
const maxNameLength = 80

/** With the name that the encoder gives itself in onMetaData: its connect often says what servers of old wanted to hear. */
function namedBy(body: Uint8Array, facts: SessionFacts): SessionFacts {
  if (dataName(body) !== 'onMetaData') return facts
  try {
    const said = readMetadata(body)?.object['encoder']
    const name = typeof said === 'string' ? encoderName(cleanText(said.slice(0, maxNameLength), maxNameLength)) : null
    return name === null || name === facts.encoder ? facts : { ...facts, encoder: name }
  } catch (error) {
    // Broken metadata is noted by nobody: nothing of the show depends on it.
    if (!(error instanceof WireError)) throw error
    return facts
  }
}
