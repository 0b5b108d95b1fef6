import { concatBytes, readU24, readU32, readU32LE } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { defaultChunkBytes, extendedTimestampMarker } from '../constants.ts'
import { basicHeaderBytes, readChunkStreamId } from './basic-header.ts'
import { type ChunkStream, makeChunkStream } from './chunk-stream.ts'

const noBytes = new Uint8Array(0)
/** Node's global is a getter: read once, and not for each message. */
const { allocUnsafeSlow } = Buffer
/** Message header bytes after the basic header, by fmt. Spec: RTMP 1.0 §5.3.1.2 */
const messageHeaderBytes = [11, 7, 3, 0] as const
/** Up to so many bytes V8 keeps a typed array's content in its own heap: acknowledgements and pings need no allocation outside of it. */
const heapBytes = 64
/** A repeated delta above this is not one: see `#repeatDelta`. */
const maxPlausibleDeltaMs = 1000

export type ChunkReaderOptions = {
  readonly maxChunkStreams: number
  /** Bytes of all begun messages together; asked at each message's header. */
  maxPartialBytes(): number
  /** The largest body that a message of this type may have now; asked at each message's header. */
  maxBodyBytes(type: number): number
  /** Asked for a message above its limit: true passes over it, as one that is too large; without an answer it ends the session. */
  onTooLarge?(type: number): boolean
  /** One whole message. `body` is a fresh buffer that belongs to the callee. `timestampMs` 0..0xffffffff, absolute. */
  onMessage(type: number, timestampMs: number, messageStreamId: number, body: Uint8Array): void
}

/**
 * Takes chunks apart: bytes of any fragmentation in, whole messages out, each copied once into its own buffer. It knows
 * nothing of what messages mean: who reads a Set Chunk Size or an Abort tells it by `setChunkBytes` and `abort`.
 * Throws WireError; it is of no use after that. Spec: RTMP 1.0 §5.3
 */
export class ChunkReader {
  readonly #options: ChunkReaderOptions
  // bound: `maxChunkStreams`, more end the session
  readonly #streams = new Map<number, ChunkStream>()
  #chunkBytes = defaultChunkBytes
  /** Bytes that could not be used yet: a header cut short, or all that came while paused. */
  // bound: a header cut short, or what one read gave while the socket is stopped
  #rest: Uint8Array = noBytes
  #current: ChunkStream | null = null
  /** Payload bytes of the current chunk still to come. */
  #wantedBytes = 0
  #partialBytes = 0
  /** The peer was seen to leave the extended timestamp out inside a message: do not look for it again, nor wait for bytes to compare. */
  #omitsRepeat = false
  #isPaused = false
  #isReading = false
  #offset = 0

  constructor(options: ChunkReaderOptions) {
    this.#options = options
  }

  /** Bytes of begun messages that are held now. */
  get partialBytes(): number {
    return this.#partialBytes
  }

  /** The peer's new chunk payload size, from its next chunk on: 1..0x7fffffff. */
  setChunkBytes(chunkBytes: number): void {
    this.#chunkBytes = chunkBytes
  }

  /** The peer gives up the message in progress on this chunk stream; an unknown stream or none in progress is harmless. */
  abort(chunkStreamId: number): void {
    const stream = this.#streams.get(chunkStreamId)
    if (stream !== undefined) this.#dropPartial(stream)
  }

  /** From inside `onMessage`: no further message is read until `resume`. What is pushed meanwhile is kept: the caller stops its socket. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    if (!this.#isReading) this.push(noBytes)
  }

  /** Takes the bytes of one socket read. They are copied where they are kept. */
  push(bytes: Uint8Array): void {
    const b = this.#rest.length === 0 ? bytes : concatBytes([this.#rest, bytes])
    this.#rest = noBytes
    let at = 0
    this.#isReading = true
    try {
      while (at < b.length && !this.#isPaused) {
        const next = this.#current === null ? this.#readHeader(b, at) : this.#readPayload(b, at, this.#current)
        if (next < 0) break
        at = next
      }
    } finally {
      this.#isReading = false
    }
    this.#offset += at
    if (at < b.length) this.#rest = new Uint8Array(b.subarray(at)) // a copy: the caller's buffer is its own again
  }

  #readPayload(b: Uint8Array, at: number, stream: ChunkStream): number {
    const take = Math.min(this.#wantedBytes, b.length - at)
    if (!stream.isSkipped) stream.body!.set(at === 0 && take === b.length ? b : b.subarray(at, at + take), stream.filledBytes)
    stream.filledBytes += take
    this.#wantedBytes -= take
    if (this.#wantedBytes === 0) this.#endChunk(stream)
    return at + take
  }

  #endChunk(stream: ChunkStream): void {
    this.#current = null
    const body = stream.body!
    if (stream.filledBytes < stream.bodyBytes) return
    this.#dropPartial(stream)
    if (stream.isSkipped) return
    this.#options.onMessage(stream.type, stream.timestampMs, stream.messageStreamId, body)
  }

  #dropPartial(stream: ChunkStream): void {
    if (stream.body === null) return
    this.#partialBytes -= stream.body.length
    stream.body = null
  }

  /** Reads one chunk header at `at`; the index after it, or -1 when `b` does not hold all of it. */
  #readHeader(b: Uint8Array, at: number): number {
    const basicBytes = basicHeaderBytes(b, at)
    if (basicBytes === 0) return -1
    const fmt = b[at]! >> 6
    const id = readChunkStreamId(b, at)
    const headAt = at + basicBytes
    let end = headAt + messageHeaderBytes[fmt]!
    if (end > b.length) return -1
    const stream = this.#streams.get(id) ?? this.#openStream(id, fmt, at)
    const isContinuation = fmt === 3 && stream.body !== null
    if (fmt === 3) {
      if (stream.hasExtended && !(isContinuation && this.#omitsRepeat)) {
        const repeat = extendedRepeat(b, end, stream.extendedValue)
        if (repeat === 'short') return -1
        if (repeat === 'yes') end += 4
        else if (isContinuation) this.#omitsRepeat = true
      }
      if (!isContinuation) this.#repeatDelta(stream)
    } else {
      const field = readU24(b, headAt)
      const isExtended = field === extendedTimestampMarker
      if (isExtended && end + 4 > b.length) return -1
      if (isExtended) end += 4
      this.#takeHeader(stream, fmt, b, headAt, isExtended ? readU32(b, end - 4) : field, isExtended)
    }
    if (!isContinuation) this.#beginMessage(stream, at)
    this.#beginChunk(stream)
    return end
  }

  #openStream(id: number, fmt: number, at: number): ChunkStream {
    // librtmp begins chunk stream 2 with fmt 1 (its Acknowledgement), so 1 is let pass; 2 and 3 have no length and type to repeat.
    if (fmt > 1) throw new WireError('RTMP_CHUNK_HEADER', this.#offset + at, `chunk stream ${id} begins with fmt ${fmt}, not 0 or 1`)
    if (this.#streams.size >= this.#options.maxChunkStreams) {
      throw new WireError('RTMP_CHUNK_STREAMS', this.#offset + at, `more than ${this.#options.maxChunkStreams} chunk streams`)
    }
    const stream = makeChunkStream(id)
    this.#streams.set(id, stream)
    return stream
  }

  #takeHeader(stream: ChunkStream, fmt: number, b: Uint8Array, headAt: number, timestamp: number, isExtended: boolean): void {
    // A new header before the old message is whole: the sender gave it up without an Abort. ffmpeg drops the old one too.
    this.#dropPartial(stream)
    stream.hasExtended = isExtended
    stream.extendedValue = timestamp
    stream.deltaMs = timestamp
    stream.isDeltaAbsolute = fmt === 0
    stream.timestampMs = fmt === 0 ? timestamp : (stream.timestampMs + timestamp) >>> 0
    if (fmt <= 1) {
      stream.bodyBytes = readU24(b, headAt + 3)
      stream.type = b[headAt + 6]!
    }
    if (fmt === 0) stream.messageStreamId = readU32LE(b, headAt + 7)
  }

  /**
   * A fmt 3 header begins a message: add the last delta once more. After a fmt 0 the spec makes its timestamp the delta, and
   * ffmpeg writes so; librtmp writes fmt 3 there for "same timestamp", and nginx-rtmp reads it so. Up to a second it is taken
   * as a delta, beyond it as no change: no encoder's frames are a second apart and none starts a stream on a whole gap.
   * Spec: RTMP 1.0 §5.3.1.2.4
   */
  #repeatDelta(stream: ChunkStream): void {
    if (stream.isDeltaAbsolute && stream.deltaMs > maxPlausibleDeltaMs) return
    stream.timestampMs = (stream.timestampMs + stream.deltaMs) >>> 0
  }

  #beginMessage(stream: ChunkStream, at: number): void {
    const maxBytes = this.#options.maxBodyBytes(stream.type)
    stream.isSkipped = stream.bodyBytes > maxBytes && this.#options.onTooLarge?.(stream.type) === true
    if (stream.isSkipped) {
      stream.body = noBytes
      stream.filledBytes = 0
      return
    }
    if (stream.bodyBytes > maxBytes) {
      throw new WireError(
        'RTMP_MESSAGE_TOO_LARGE',
        this.#offset + at,
        `a message of type ${stream.type} has ${stream.bodyBytes} bytes, more than the ${maxBytes} that are allowed`,
      )
    }
    const maxPartialBytes = this.#options.maxPartialBytes()
    if (this.#partialBytes + stream.bodyBytes > maxPartialBytes) {
      throw new WireError(
        'RTMP_PARTIAL_TOO_LARGE',
        this.#offset + at,
        `unfinished messages hold ${this.#partialBytes} bytes and one of ${stream.bodyBytes} begins: more than ${maxPartialBytes} together`,
      )
    }
    // Not from the shared pool: the body lives as long as its frame does, and must not keep 64 KiB of others alive.
    stream.body = stream.bodyBytes <= heapBytes ? new Uint8Array(stream.bodyBytes) : allocUnsafeSlow(stream.bodyBytes)
    stream.filledBytes = 0
    this.#partialBytes += stream.bodyBytes
  }

  #beginChunk(stream: ChunkStream): void {
    this.#current = stream
    this.#wantedBytes = Math.min(this.#chunkBytes, stream.bodyBytes - stream.filledBytes)
    if (this.#wantedBytes === 0) this.#endChunk(stream)
  }
}

/**
 * Whether the extended timestamp is repeated after a fmt 3 header at `at`. The spec wants it (§5.3.1.3), and ffmpeg, librtmp, OBS
 * and nginx-rtmp write it; some Flash servers and old hardware encoders do not, and then payload follows. The value tells.
 */
function extendedRepeat(b: Uint8Array, at: number, value: number): 'yes' | 'no' | 'short' {
  for (let i = 0; i < 4; i++) {
    if (at + i >= b.length) return 'short'
    if (b[at + i] !== ((value >>> (24 - 8 * i)) & 0xff)) return 'no'
  }
  return 'yes'
}
