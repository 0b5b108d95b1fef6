import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { canCarry, flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import { writeMediaMessage } from '@sluice/protocols/rtmp'
import { programmeMetadata } from './rtmp-metadata.ts'
import type { WireFormat } from './wire-format.ts'

/** Which RTMP a far end speaks: its message stream id, Enhanced RTMP or the classic form, fed as a publisher or as a player. */
export type RtmpDialect = { readonly messageStreamId: number; readonly isEnhanced: boolean; readonly isPublishing: boolean }

/**
 * The programme as RTMP messages. State-free: fmt-0 chunks of a fixed size, so that any message may be dropped or joined at.
 * Timestamps are milliseconds modulo 2^32.
 */
export function rtmpFormat({ messageStreamId, isEnhanced, isPublishing }: RtmpDialect): WireFormat {
  const form = { enhanced: isEnhanced }
  const message = (kind: 'audio' | 'video' | 'data', dts: number, parts: readonly Uint8Array[]): Uint8Array =>
    writeMediaMessage(kind, Math.round(dts / ticksPerMs), messageStreamId, parts)

  return {
    head(tracks, dts) {
      const parts = [message('data', dts, [programmeMetadata(tracks, isPublishing)])]
      for (const track of tracks) {
        const body = flvConfigBody(track, form)
        if (body !== null) parts.push(message(track.kind, dts, [body]))
      }
      return Buffer.concat(parts)
    },
    frame(frame: Frame) {
      const header = flvFrameHeader(frame, form)
      return header === null ? null : message(frame.track.kind, frame.dts, [header, frame.bytes])
    },
    refuses(tracks: readonly Track[]) {
      // Further tracks are left out where they don't fit; the first of each kind must fit.
      return tracks.find((track) => track.id === 0 && !canCarry(track, form)) ?? null
    },
  }
}
