import { systemClock } from '@sluice/base/clock'
import { srtSink, tsFormat } from '@sluice/media/output'
import { type SrtConnection, SrtRejectCode, type SrtVerdict } from '@sluice/protocols/srt'
import type { Knock } from '../directory/index.ts'
import { relayToReader } from '../relay/index.ts'
import { admitViewer, type ViewerAdmissionParts } from './admission.ts'
import type { Viewer } from './players.ts'

/** Answers an SRT caller that wants to read. `onMedia`: it sends instead, and has been cut off: once. */
export function readSrt(parts: ViewerAdmissionParts, knock: Knock, onMedia: () => void): SrtVerdict {
  const seat = admitViewer(parts, knock)
  if (seat.to === 'nobody') return { accept: false, code: SrtRejectCode.notFound }
  return {
    accept: true,
    onConnection(connection) {
      connection.onPayload = () => {
        connection.onPayload = () => {}
        onMedia()
        connection.abort()
      }
      if (seat.to === 'channel') seat.players.feed(viewerOf(connection), seat.keyHash)
      else relayToReader(connection, { relayPath: seat.relayPath, token: seat.key, log: parts.log })
    },
  }
}

const viewerOf = (connection: SrtConnection): Viewer => ({
  sink: srtSink(connection, systemClock),
  wireKey: 'ts',
  makeFormat: tsFormat,
  onEnd(run) {
    connection.onClose = run
  },
  close: () => connection.close(),
})
