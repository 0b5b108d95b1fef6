import { type Failure, SluiceError } from '@sluice/base/errors'
import type { Frame, MediaNote } from '@sluice/codecs/frame'
import {
  type ByteRange,
  type InitMap,
  isMultivariantPlaylist,
  parseMediaPlaylist,
  parseMultivariantPlaylist,
} from '@sluice/containers/m3u8'
import { chooseVariant, notFetched } from './choose-variant.ts'
import { recordingAheadMs } from './constants.ts'
import type { HlsLimits } from './limits.ts'
import { Pacer } from './pacer.ts'
import { playlistText } from './playlist-text.ts'
import { PlaylistWalk, type WalkStep } from './playlist-walk.ts'
import { RequestPace } from './request-pace.ts'
import { SegmentReader } from './segment-reader.ts'
import { resolveHlsUrl } from './url.ts'

/** One resource to fetch. `id` is given back with what came of it. */
export type HlsRequest = {
  readonly id: number
  readonly kind: 'playlist' | 'map' | 'segment'
  readonly url: string
  readonly range: ByteRange | null
  readonly maxBytes: number
}

/** What came: `url` is where it was found in the end, after redirects. */
export type HlsAnswer = { readonly url: string; readonly bytes: Uint8Array; readonly contentType: string }

/** What the session needs of its owner. All calls come from inside of its own methods. */
export interface HlsHost {
  fetch(request: HlsRequest): void
  /** What comes of the request is of no use any more. Nothing is told of it. */
  cancel(id: number): void
  /** The first media is about to come. Once. */
  onReady(): void
  onFrame(frame: Frame): void
  /** Something of the stream is left out, or not fetched. Also before `onReady`. */
  onNote?(note: MediaNote): void
  /** After the frames of one call. */
  onFlush(): void
  /** It is over. Last call, once. */
  onEnd(failure: Failure): void
}

export type HlsSessionOptions = {
  readonly url: string
  /** A playlist that is whole from the start is played over and over; else it is a stream that has ended. */
  readonly mayRepeat: boolean
  readonly limits: HlsLimits
  readonly host: HlsHost
}

/** One media playlist: the pictures', the sound's, or that of both. */
type Lane = {
  readonly index: number
  readonly walk: PlaylistWalk
  readonly reader: SegmentReader
  url: string
  /** The one request that is out, and what it is for. */
  pending: { readonly id: number; readonly startedMs: number; readonly step: WalkStep | null; readonly map: InitMap | null } | null
  /** A segment that waits for its init segment, or is tried once more. */
  step: WalkStep | null
  hasRetried: boolean
  mapInForce: string | null
  /** Playlists and segments that failed in a row. */
  misses: { playlist: number; segment: number }
}

const gone = ['HLS_NOT_FOUND', 'HLS_FORBIDDEN', 'HLS_ENCRYPTED', 'HLS_REDIRECTS', 'HLS_TLS_CERTIFICATE', 'HLS_COMPRESSED']

/**
 * One HLS source: what to fetch and when, and its media in real time. Pure: answers and times in, requests and frames out.
 * Spec: RFC 8216 §6.3
 */
export class HlsSession {
  readonly #options: HlsSessionOptions
  // bound: two playlists, pictures and sound
  #lanes: Lane[] = []
  readonly #requestPace = new RequestPace()
  #pacer = new Pacer(1)
  #nextId = 0
  /** The request for the address that was given, which may be a multivariant playlist. */
  #rootId: number | null = null
  #isReady = false
  #isOver = false

  constructor(options: HlsSessionOptions) {
    this.#options = options
  }

  start(): void {
    this.#rootId = this.#fetch('playlist', this.#options.url, null)
  }

  /** No more calls of the host. */
  close(): void {
    this.#isOver = true
  }

  /** When `tick` has something to do; null: not before an answer comes. */
  nextMs(nowMs: number): number | null {
    const times = this.#lanes.flatMap(({ pending, walk }) => (pending === null && walk.reloadAtMs !== null ? [walk.reloadAtMs] : []))
    const dueMs = this.#pacer.dueMs()
    if (dueMs !== null) times.push(dueMs)
    if (this.#lanes.some(({ pending, step }) => pending === null && step !== null)) times.push(this.#requestPace.nextMs(nowMs))
    return this.#isOver || times.length === 0 ? null : Math.max(nowMs, Math.min(...times))
  }

  /** Gives out frames that are due and asks for what is wanted next. */
  tick(nowMs: number): void {
    if (this.#isOver) return
    let count = 0
    this.#pacer.take(nowMs, (frame) => {
      count++
      this.#options.host.onFrame(frame)
      return !this.#isOver
    })
    if (this.#isOver) return
    if (count > 0) this.#options.host.onFlush()
    for (const lane of this.#lanes) this.#ask(lane, nowMs)
    if (this.#pacer.dueMs() !== null) return
    const idle = this.#lanes.filter(({ pending, step }) => pending === null && step === null)
    if (idle.some(({ walk }) => walk.isOver)) this.#end(ended)
    // A lane that is as far ahead as it may be waits for the other one, whose first answer is still to come.
    else if (idle.some((lane) => lane.walk.isRecording && this.#hasRoom(lane, nowMs))) this.#end(empty)
  }

  onAnswer(id: number, answer: HlsAnswer, nowMs: number): void {
    if (this.#isOver) return
    try {
      if (id === this.#rootId) this.#takeRoot(answer, nowMs)
      else {
        const lane = this.#lanes.find(({ pending }) => pending?.id === id)
        if (lane !== undefined) this.#takeAnswer(lane, answer, nowMs)
      }
    } catch (err) {
      if (!(err instanceof SluiceError)) throw err
      this.#onBroken(id, err, nowMs)
    }
    this.tick(nowMs)
  }

  onFailure(id: number, failure: Failure, nowMs: number): void {
    if (this.#isOver) return
    const lane = this.#lanes.find(({ pending }) => pending?.id === id)
    if (lane === undefined) {
      if (id === this.#rootId) this.#end(failure)
      return
    }
    const pending = lane.pending!
    lane.pending = null
    if (pending.step === null) this.#missPlaylist(lane, failure, pending.startedMs)
    else this.#missSegment(lane, pending.step, failure)
    this.tick(nowMs)
  }

  /** The address may be that of a multivariant playlist, or of a media playlist. */
  #takeRoot(answer: HlsAnswer, nowMs: number): void {
    this.#rootId = null
    const text = playlistText(answer)
    if (!isMultivariantPlaylist(text)) {
      this.#openLanes([answer.url])
      this.#loadPlaylist(this.#lanes[0]!, text, nowMs)
      return
    }
    const multivariant = parseMultivariantPlaylist(text)
    const choice = chooseVariant(multivariant)
    for (const note of notFetched(multivariant, choice)) this.#note(note)
    const uris = choice === null ? [] : [choice.uri, ...(choice.audioUri === null ? [] : [choice.audioUri])]
    const urls = uris.map((uri) => resolveHlsUrl(uri, answer.url))
    const known = urls.filter((url) => url !== null)
    if (known.length === 0 || known.length < urls.length) {
      const message =
        choice === null ? 'the multivariant playlist names no variant' : 'the multivariant playlist names what is no web address'
      this.#end({ kind: 'handshake', code: 'HLS_PLAYLIST', message })
      return
    }
    this.#openLanes(known)
    for (const lane of this.#lanes) this.#request(lane, 'playlist', lane.url, null, nowMs)
  }

  #openLanes(urls: readonly string[]): void {
    const isSplit = urls.length > 1
    this.#pacer = new Pacer(urls.length)
    this.#lanes = urls.map((url, index) => ({
      index,
      walk: new PlaylistWalk({ mayRepeat: this.#options.mayRepeat }),
      reader: new SegmentReader(!isSplit ? ['video', 'audio'] : index === 0 ? ['video'] : ['audio'], (note) => this.#note(note)),
      url,
      pending: null,
      step: null,
      hasRetried: false,
      mapInForce: null,
      misses: { playlist: 0, segment: 0 },
    }))
  }

  #takeAnswer(lane: Lane, answer: HlsAnswer, nowMs: number): void {
    const { startedMs, step, map } = lane.pending!
    if (step === null) {
      lane.url = answer.url // after redirects: what is relative stands against it, and it is asked for there next time
      this.#loadPlaylist(lane, playlistText(answer), startedMs)
      lane.pending = null
      lane.misses.playlist = 0
      return
    }
    if (map !== null) {
      lane.reader.readMap(answer.bytes)
      lane.mapInForce = keyOf(map)
      lane.pending = null
      lane.step = step
      return
    }
    if (step.isDiscontinuous) lane.reader.reset()
    const frames = lane.reader.read(answer.bytes, step.segment.durationS)
    lane.pending = null
    lane.hasRetried = false
    lane.misses.segment = 0
    this.#pacer.offer(lane.index, frames, step.isDiscontinuous, nowMs)
    this.#pace(lane, nowMs)
  }

  #loadPlaylist(lane: Lane, text: string, startedMs: number): void {
    const failure = lane.walk.load(parseMediaPlaylist(text), startedMs, text.length)
    if (failure !== null) this.#end(failure)
  }

  /** Media came: begins to play when all lanes have some, and sees to it that it stays near to the live edge. */
  #pace(lane: Lane, nowMs: number): void {
    if (!this.#pacer.isPlaying) {
      if (this.#lanes.some(({ index }) => this.#pacer.laneMs(index, nowMs) === 0)) return
      if (!this.#isReady) this.#options.host.onReady()
      this.#isReady = true
      this.#pacer.start(nowMs)
      return
    }
    const bufferedMs = this.#pacer.laneMs(lane.index, nowMs)
    const { isLive, targetMs } = lane.walk
    if (!isLive || lane.index !== 0) return
    // Just after a segment came there are two to three of them, when all is well.
    if (bufferedMs > 3.5 * targetMs) this.#pacer.setCatchUp(true, nowMs)
    else if (bufferedMs < 3 * targetMs) this.#pacer.setCatchUp(false, nowMs)
  }

  /** Asks for what the lane wants next, one thing at a time. */
  #ask(lane: Lane, nowMs: number): void {
    if (this.#isOver || lane.pending !== null) return
    const { walk } = lane
    if (walk.reloadAtMs !== null && walk.reloadAtMs <= nowMs) {
      if (this.#requestPace.spend(nowMs)) this.#request(lane, 'playlist', lane.url, null, nowMs)
      else walk.delay(this.#requestPace.nextMs(nowMs))
      return
    }
    if (this.#pacer.isPlaying && walk.isFarBehind(this.#pacer.laneMs(lane.index, nowMs))) this.#skipToEdge()
    if (!this.#hasRoom(lane, nowMs)) return
    const step = lane.step ?? walk.take()
    if (step !== null && !this.#requestPace.spend(nowMs)) {
      if (step.isDiscontinuous && lane.step === null) lane.mapInForce = null
      lane.step = step
      return
    }
    // Behind a discontinuity the same address may have another init segment: a packager that began anew writes over it.
    if (step?.isDiscontinuous === true && lane.step === null) lane.mapInForce = null
    lane.step = null
    if (step !== null) this.#fetchStep(lane, step, nowMs)
  }

  #fetchStep(lane: Lane, step: WalkStep, nowMs: number): void {
    const { segment } = step
    const map = segment.map !== undefined && keyOf(segment.map) !== lane.mapInForce ? segment.map : null
    const url = resolveHlsUrl(map?.uri ?? segment.uri, lane.url)
    if (url === null) {
      this.#end({ kind: 'handshake', code: 'HLS_PLAYLIST', message: `segment ${step.sequence} is at what is no web address` })
      return
    }
    const range = (map === null ? segment.byteRange : map.byteRange) ?? null
    this.#request(lane, map === null ? 'segment' : 'map', url, range, nowMs, step, map)
  }

  /** A recording is fetched a little ahead alone; a live stream as it comes. All within the memory that there is for it. */
  #hasRoom(lane: Lane, nowMs: number): boolean {
    const { maxQueuedBytes, maxQueuedFrames } = this.#options.limits
    if (this.#pacer.queuedBytes > maxQueuedBytes || this.#pacer.queuedFrames > maxQueuedFrames) return false
    if (lane.walk.isLive) return true
    const aheadMs = Math.min(recordingAheadMs.max, Math.max(recordingAheadMs.min, 2 * lane.walk.targetMs))
    return this.#pacer.laneMs(lane.index, nowMs) < aheadMs
  }

  #skipToEdge(): void {
    this.#pacer.cut()
    for (const lane of this.#lanes) {
      lane.step = null
      if (lane.pending !== null && lane.pending.step !== null) {
        this.#options.host.cancel(lane.pending.id)
        lane.pending = null
      }
      lane.walk.skipToEdge()
    }
  }

  #onBroken(id: number, err: SluiceError, nowMs: number): void {
    const isMedia = err.code.startsWith('HLS_') || err.code.startsWith('PACKED_') || err.code === 'FMP4_ENCRYPTED'
    const failure: Failure = {
      kind: isMedia ? 'codec' : 'handshake',
      code: err.code === 'FMP4_ENCRYPTED' ? 'HLS_ENCRYPTED' : err.code,
      message: err.message,
    }
    const lane = this.#lanes.find(({ pending }) => pending?.id === id)
    const step = lane?.pending?.step ?? null
    // What a segment of nothing that is carried held was noted as it was read.
    if (step !== null && err.code !== 'HLS_NO_MEDIA') {
      this.#note({ code: 'broken-left-out', media: 'stream', subject: `segment that can't be read, ${err.code}` })
    }
    if (lane === undefined) this.#end(failure)
    else if (step === null) this.onFailure(id, failure, nowMs)
    else this.onFailure(id, { ...failure, message: `segment ${step.sequence}: ${failure.message}` }, nowMs)
  }

  #missPlaylist(lane: Lane, failure: Failure, startedMs: number): void {
    const isFirst = lane.walk.reloadAtMs === null
    if (isFirst || gone.includes(failure.code) || ++lane.misses.playlist >= this.#options.limits.maxMisses) this.#end(failure)
    else lane.walk.miss(startedMs)
  }

  /** What could not be fetched is tried once more, and then left out: its successors are nearer to the live edge. */
  #missSegment(lane: Lane, step: WalkStep, failure: Failure): void {
    if (failure.code === 'HLS_TOO_LARGE') this.#note(tooLarge(this.#options.limits.maxSegmentBytes))
    const isGone = gone.includes(failure.code)
    if (!isGone && !lane.hasRetried && failure.kind === 'tcp') {
      lane.hasRetried = true
      lane.step = step
      return
    }
    lane.hasRetried = false
    // Nothing of it was ever good: then it is no accident, and the operator is told soon.
    const isWrong = !this.#isReady && failure.kind === 'codec'
    const isFinal = ['HLS_ENCRYPTED', 'HLS_FORBIDDEN', 'HLS_COMPRESSED'].includes(failure.code) || isWrong
    if (isFinal || ++lane.misses.segment >= this.#options.limits.maxMisses) this.#end(failure)
  }

  #request(
    lane: Lane,
    kind: HlsRequest['kind'],
    url: string,
    range: ByteRange | null,
    nowMs: number,
    step: WalkStep | null = null,
    map: InitMap | null = null,
  ): void {
    const id = this.#nextId++
    lane.pending = { id, startedMs: nowMs, step, map }
    this.#send(id, kind, url, range)
  }

  #fetch(kind: HlsRequest['kind'], url: string, range: ByteRange | null): number {
    const id = this.#nextId++
    this.#send(id, kind, url, range)
    return id
  }

  #send(id: number, kind: HlsRequest['kind'], url: string, range: ByteRange | null): void {
    const { maxPlaylistBytes, maxMapBytes, maxSegmentBytes } = this.#options.limits
    const maxBytes = kind === 'playlist' ? maxPlaylistBytes : kind === 'map' ? maxMapBytes : maxSegmentBytes
    this.#options.host.fetch({ id, kind, url, range, maxBytes })
  }

  #note(note: MediaNote): void {
    if (!this.#isOver) this.#options.host.onNote?.(note)
  }

  #end(failure: Failure): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.host.onEnd(failure)
  }
}

const empty: Failure = { kind: 'codec', code: 'HLS_NO_MEDIA', message: 'the playlist names gaps alone' }
const ended: Failure = { kind: 'remote-close', code: 'HLS_ENDED', message: 'the playlist says that the stream has ended' }

const tooLarge = (maxBytes: number): MediaNote => ({
  code: 'too-large-left-out',
  media: 'stream',
  subject: `segment above ${maxBytes / 2 ** 20} MiB`,
})

const keyOf = ({ uri, byteRange }: InitMap): string => `${byteRange?.offset ?? ''}+${byteRange?.length ?? ''} ${uri}`
