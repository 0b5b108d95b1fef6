import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { canCarry, flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import { writeAmf0, writeMediaMessage, writeMediaPieces } from '@sluice/protocols/rtmp'
import { describeLeftOut } from './left-out-words.ts'
import { fourCcOf, programmeMetadata } from './rtmp-metadata.ts'
import type { WireFormat } from './wire-format.ts'

/** Which RTMP a far end speaks, and whether it is fed as by a publisher or as a player. */
export type RtmpDialect = {
  readonly messageStreamId: number
  /** Codecs beyond H.264, AAC and MP3 that it takes in Enhanced RTMP; `*` for any, empty for none. */
  readonly fourCcs: readonly string[]
  /** Tracks beyond the first of each kind go out too. A far end that does not know the multitrack form would take them for damage. */
  readonly isMultitrack: boolean
  readonly isPublishing: boolean
}

const setDataFrame = writeAmf0(['@setDataFrame'])

/** Far ends of the same dialect get the same bytes. */
export const rtmpWireKey = (dialect: RtmpDialect): string =>
  `rtmp:${dialect.messageStreamId}:${dialect.fourCcs.join()}:${dialect.isMultitrack}:${dialect.isPublishing}`

/**
 * The programme as RTMP messages. State-free: fmt-0 chunks of a fixed size, so that any message may be dropped or joined at.
 * Timestamps are milliseconds modulo 2^32.
 */
export function rtmpFormat({ messageStreamId, fourCcs, isMultitrack, isPublishing }: RtmpDialect): WireFormat {
  const form = { enhanced: fourCcs.length > 0 }
  const takes = (track: Track): boolean =>
    canCarry(track, { enhanced: false }) || (canCarry(track, form) && (fourCcs.includes('*') || fourCcs.includes(fourCcOf[track.codec])))
  const message = (kind: 'audio' | 'video' | 'data', dts: number, parts: readonly Uint8Array[]): Uint8Array =>
    writeMediaMessage(kind, Math.round(dts / ticksPerMs), messageStreamId, parts)

  return {
    head(tracks, dts, dtsOf = () => dts) {
      const parts = [message('data', dts, [programmeMetadata(tracks, isPublishing)])]
      for (const track of tracks) {
        if (track.id > 0 && !isMultitrack) continue
        const body = flvConfigBody(track, form)
        if (body !== null) parts.push(message(track.kind, dtsOf(track), [body]))
      }
      return Buffer.concat(parts)
    },
    frame(frame: Frame) {
      if (frame.track.id > 0 && !isMultitrack) return null
      const header = flvFrameHeader(frame, form)
      return header === null ? null : message(frame.track.kind, frame.dts, [header, frame.bytes])
    },
    pieces(frame: Frame) {
      if (frame.track.id > 0 && !isMultitrack) return null
      const header = flvFrameHeader(frame, form)
      if (header === null) return null
      return writeMediaPieces(frame.track.kind, Math.round(frame.dts / ticksPerMs), messageStreamId, header, frame.bytes)
    },
    data: ({ track, dts, body, isSet }) =>
      track.codec === 'amf0' ? message('data', dts, isSet && isPublishing ? [setDataFrame, body] : [body]) : undefined,
    leavesOut: (tracks) =>
      describeLeftOut(tracks, (track) =>
        track.id > 0 && !isMultitrack
          ? 'this destination accepts one track of each kind'
          : takes(track)
            ? null
            : 'this destination does not accept its codec',
      ),
    refuses(tracks: readonly Track[]) {
      // Further tracks are left out where they don't fit; the first of each kind must fit.
      return tracks.find((track) => track.id === 0 && !takes(track)) ?? null
    },
  }
}
