import { systemClock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { Track } from '@sluice/codecs/frame'
import { FlvDemuxer } from '@sluice/containers/flv'
import { srtSink, tsFormat } from '@sluice/media/output'
import { openRtmpPlayer } from '@sluice/protocols/rtmp'
import type { SrtConnection } from '@sluice/protocols/srt'
import { relayUrl } from './rtmp-relay.ts'

/** An SRT reader of a channel that another engine has: plays from there over its local socket and goes on as MPEG-TS. */
export function relayToReader(connection: SrtConnection, from: { relayPath: string; token: string; log: Logger }): void {
  const format = tsFormat()
  const wire = srtSink(connection, systemClock)
  const demuxer = new FlvDemuxer()
  // bound: one a kind and id of a track; FLV has 256 ids of each kind
  let tracks: Track[] = []
  const sink = {
    onTrack(track: Track) {
      tracks = [...tracks.filter((other) => other.kind !== track.kind || other.id !== track.id), track]
      format.head(tracks, 0)
    },
    onFrame(frame: Parameters<typeof format.frame>[0]) {
      const bytes = format.frame(frame)
      if (bytes !== null) wire.write(bytes)
    },
    onData() {},
  }
  const relay = openRtmpPlayer({
    url: relayUrl,
    streamKey: from.token,
    socketPath: from.relayPath,
    clock: systemClock,
    log: from.log,
    enhanced: true,
    sink: {
      onMessage: (kind, timestampMs, body) => demuxer.push(kind, timestampMs, body, sink),
      onClose: () => connection.close(),
    },
    handler: { onClose: () => connection.close() },
  })
  connection.onClose = () => relay.close()
}
