import { readU16, readU24, readU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { AudioPacketType, MultitrackType, VideoFrameType, VideoPacketType } from './constants.ts'

/** One track's share of an enhanced message; `at` to `end` is its payload within the body. */
export type ExPart = {
  readonly packetType: number
  readonly fourCc: number
  readonly trackId: number
  /** Nanoseconds to add to the message's timestamp, 0..999999. */
  readonly offsetNs: number
  readonly at: number
  readonly end: number
}

const packetTypes = { audio: AudioPacketType, video: VideoPacketType } as const
const errorCodes = { audio: 'FLV_AUDIO', video: 'FLV_VIDEO' } as const
const timestampOffsetNano = 0
const maxOffsetNs = 999_999
/** A track id is one byte. */
const maxTracks = 256

/**
 * What an enhanced message holds: the tracks that are whole, in order. `rest`: what comes behind them, or all of it, is no media
 * (a command frame), of a multitrack type that nobody has defined yet, or a track that the body ends within.
 */
export type ExParts = { readonly parts: readonly ExPart[]; readonly rest: 'command' | 'multitrack-type' | 'broken-track' | null }

/**
 * Splits the body of an enhanced audio or video message into its tracks. Throws WireError when the body ends within its header.
 * Spec: Enhanced RTMP v2 "Enhanced Audio", "Enhanced Video"
 */
export function readExParts(kind: 'audio' | 'video', body: Uint8Array): ExParts {
  const types = packetTypes[kind]
  const r = new HeaderReader(kind, body)
  let packetType = r.readU8() & 15
  let offsetNs = 0
  while (packetType === types.modEx) {
    let dataBytes = r.readU8() + 1
    if (dataBytes === 256) dataBytes = r.readU16() + 1
    const dataAt = r.skip(dataBytes)
    const next = r.readU8()
    if (next >>> 4 === timestampOffsetNano && dataBytes >= 3) offsetNs = Math.min(readU24(body, dataAt), maxOffsetNs)
    packetType = next & 15
  }
  // The frame type of a metadata packet means nothing.
  const isCommand = kind === 'video' && ((body[0]! >>> 4) & 7) === VideoFrameType.command && packetType !== VideoPacketType.metadata
  if (isCommand) return { parts: [], rest: 'command' }
  if (packetType === types.multitrack) return readTracks(r, types.multitrack, offsetNs)
  const fourCc = r.readU32()
  return { parts: [{ packetType, fourCc, trackId: 0, offsetNs, at: r.at, end: body.length }], rest: null }
}

function readTracks(r: HeaderReader, multitrack: number, offsetNs: number): ExParts {
  const types = r.readU8()
  const multitrackType = types >>> 4
  const packetType = types & 15
  if (packetType === multitrack) throw new WireError('FLV_MULTITRACK', r.at - 1, 'multitrack message within a multitrack message')
  if (multitrackType > MultitrackType.manyTracksManyCodecs) return { parts: [], rest: 'multitrack-type' }
  const hasOwnCodecs = multitrackType === MultitrackType.manyTracksManyCodecs
  const sharedFourCc = hasOwnCodecs ? 0 : r.readU32()
  const parts: ExPart[] = []
  const headerBytes = (hasOwnCodecs ? 4 : 0) + 1 + (multitrackType === MultitrackType.oneTrack ? 0 : 3)
  do {
    if (parts.length === maxTracks) throw new WireError('FLV_MULTITRACK', r.at, `message of more than ${maxTracks} tracks`)
    if (r.bytesLeft < headerBytes) return { parts, rest: 'broken-track' }
    const fourCc = hasOwnCodecs ? r.readU32() : sharedFourCc
    const trackId = r.readU8()
    const payloadBytes = multitrackType === MultitrackType.oneTrack ? r.bytesLeft : r.readU24()
    if (payloadBytes > r.bytesLeft) return { parts, rest: 'broken-track' }
    const at = r.skip(payloadBytes)
    parts.push({ packetType, fourCc, trackId, offsetNs, at, end: r.at })
  } while (r.bytesLeft > 0)
  return { parts, rest: null }
}

/** Reads header fields one after the other; throws WireError where the body ends. */
class HeaderReader {
  readonly #kind: 'audio' | 'video'
  readonly #body: Uint8Array
  at = 0

  constructor(kind: 'audio' | 'video', body: Uint8Array) {
    this.#kind = kind
    this.#body = body
  }

  get bytesLeft(): number {
    return this.#body.length - this.at
  }

  readU8(): number {
    return this.#body[this.skip(1)]!
  }
  readU16(): number {
    return readU16(this.#body, this.skip(2))
  }
  readU24(): number {
    return readU24(this.#body, this.skip(3))
  }
  readU32(): number {
    return readU32(this.#body, this.skip(4))
  }

  /** Passes over `count` bytes and gives the index of the first of them. */
  skip(count: number): number {
    const at = this.at
    if (at + count > this.#body.length) {
      const found = `enhanced ${this.#kind} body is ${this.#body.length} bytes, at least ${at + count} expected`
      throw new WireError(errorCodes[this.#kind], at, found)
    }
    this.at = at + count
    return at
  }
}
