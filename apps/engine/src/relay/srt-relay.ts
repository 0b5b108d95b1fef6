import { systemClock } from '@sluice/base/clock'
import { guardedClock } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { Frame, Track } from '@sluice/codecs/frame'
import { TsDemuxer } from '@sluice/containers/mpegts'
import { rtmpFormat, type WireFormat } from '@sluice/media/output'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage } from '@sluice/protocols/rtmp'
import type { SrtConnection } from '@sluice/protocols/srt'
import { NoteTally, writeRelayedNotes } from './relayed-notes.ts'
import { writeRelayedStats } from './relayed-stats.ts'
import { relayUrl } from './rtmp-relay.ts'

/** Frames that come before the owner has said yes: half a second of them, then the oldest go. */
const maxWaiting = 60
/** What may wait for an owner that does not read: 10 s of 12 Mbit/s. */
const maxQueuedBytes = 16 * 1024 * 1024
/** As often as an engine reports. */
const statsMs = 1000

/** Sends an SRT publisher's frames on to the engine that has its channel, as Enhanced RTMP over its local socket. */
export function relaySrt(connection: SrtConnection, to: { relayPath: string; key: string; log: Logger }): void {
  const clock = guardedClock(systemClock, to.log)
  let wire: { publisher: RtmpPublisher; format: WireFormat } | null = null
  // bound: `maxWaiting` frames, the oldest goes for the next
  let waiting: Frame[] = []
  // bound: one a kind and id of a program's streams, which the demuxer bounds
  let tracks: Track[] = []
  const demuxer = new TsDemuxer()
  const notes = new NoteTally()

  const putTrack = (track: Track): void => {
    tracks = [...tracks.filter((other) => other.kind !== track.kind || other.id !== track.id), track]
    wire?.publisher.write(wire.format.head([track], 0))
  }
  const putFrame = (frame: Frame): void => {
    const bytes = wire?.format.frame(frame)
    if (wire === null) waiting = [...waiting.slice(1 - maxWaiting), frame]
    else if (bytes !== null && bytes !== undefined) {
      wire.publisher.write(bytes)
      if (wire.publisher.queuedBytes > maxQueuedBytes) connection.abort()
    }
  }
  const relay = openRtmpPublisher({
    url: relayUrl,
    streamKey: to.key,
    socketPath: to.relayPath,
    clock,
    log: to.log,
    enhanced: true,
    extras: { flashVer: `libsrt ${connection.peerVersion}`, sluiceProtocol: 'srt', sluiceRemoteAddress: connection.remoteAddress },
    handler: {
      onReady(publisher) {
        const { messageStreamId } = publisher
        wire = { publisher, format: rtmpFormat({ messageStreamId, fourCcs: ['*'], isMultitrack: true, isPublishing: true }) }
        publisher.write(wire.format.head(tracks, waiting[0]?.dts ?? 0))
        for (const frame of waiting) putFrame(frame)
        waiting = []
      },
      onClose: () => connection.abort(),
    },
  })
  connection.onPayload = (payload) => demuxer.push(payload, { onTrack: putTrack, onFrame: putFrame, onNote: (note) => notes.add(note) })
  const tellStats = (): void => {
    timer = clock.after(statsMs, tellStats)
    if (wire === null) return
    const { publisher } = wire
    publisher.write(writeMediaMessage('data', 0, publisher.messageStreamId, [writeRelayedStats(connection.stats())]))
    const told = notes.take()
    if (told.length > 0) publisher.write(writeMediaMessage('data', 0, publisher.messageStreamId, [writeRelayedNotes(told)]))
  }
  let timer = clock.after(statsMs, tellStats)
  connection.onClose = (reason) => {
    timer.cancel()
    if (reason === 'peer-shutdown') relay.close()
    else relay.abort()
  }
}
