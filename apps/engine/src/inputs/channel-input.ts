import type { Clock } from '@sluice/base/clock'
import type { InputRole } from '@sluice/base/words'
import type { Frame, Track } from '@sluice/codecs/frame'
import type { InputActual, InputSpec, InputStats } from '@sluice/contract/link'
import type { MediaInput } from '@sluice/media/input'
import type { Programme } from '@sluice/media/programme'
import { lineFigures } from '@sluice/protocols/srt'
import { SrtLatencyAdvisor } from '../report/index.ts'
import type { ContentWatcher } from '../watch/index.ts'
import { BrokenRun, brokenMessage } from './broken-run.ts'
import { ChangeNews } from './change-news.ts'
import type { InputShape } from './conformity.ts'
import { InputNotices, type NoticeDraft } from './input-notices.ts'
import { makeInputPort } from './input-port.ts'
import { InputRenditions } from './input-renditions.ts'
import type { InputPort, InputSession, SessionFacts } from './input-session.ts'
import { InputWatch } from './input-watch.ts'
import { ReceivedMeter } from './received-meter.ts'
import { audioFacts, describeTrack, factsOf, videoFacts } from './track-facts.ts'

export type { InputPort, SessionFacts } from './input-session.ts'

/** A session that gave no media for so long gives way to an encoder that comes back: its old connection may be cut without a word. */
const giveWayMs = 3000
/** An input whose last frame is older receives nothing. */
const receivingMs = 2000
/** A track that gave no frame for so long, while others did, is no part of the input any more. */
const trackGoneMs = 10_000
/** Video without a key frame for so long keeps everybody waiting who joins. */
const keyFrameMissingMs = 12_000

/** How it is with the UDP port that an input has for itself. */
export type OwnPort = NonNullable<InputActual['srtPort']>

/** Told when an input's session begins, ends, or changes what it sends. */
export type InputNews =
  | { readonly type: 'connected'; readonly facts: SessionFacts }
  | { readonly type: 'lost'; readonly problem: string | null }
  | { readonly type: 'changed'; readonly track: Track }
  /** It left the stream, or gives nothing any more. */
  | { readonly type: 'ended'; readonly track: Track }
  /** Somebody with this input's key was not let in. `more`: how many alike since the last report. */
  | { readonly type: 'refused'; readonly who: string; readonly code: string; readonly why: string; readonly more: number }
  /** Its own SRT port opened, or can't be. */
  | { readonly type: 'port'; readonly state: OwnPort }
  /** For the first time in this session. */
  | { readonly type: 'noticed'; readonly notice: NoticeDraft }

type InputParts = {
  readonly programme: Programme
  readonly clock: Clock
  readonly watcher?: ContentWatcher | undefined
  /** Highest mean bitrate of a session, Mbit/s; absent: `defaultInputMaxMbps`. */
  readonly maxMbps?: number | undefined
  readonly onNews: (input: ChannelInput, news: InputNews) => void
  /** Something threw over this input's media. Its session was ended; nobody else is touched. */
  readonly onFault?: (error: unknown) => void
}

/**
 * One input of a channel: its spec, and the session that publishes into it, at most one at a time. Media goes on to the programme.
 */
export class ChannelInput {
  /** Picture and sound, decoded elsewhere while a trigger asks for it. */
  readonly watch: InputWatch
  readonly #media: MediaInput
  readonly #programme: Programme
  readonly #clock: Clock
  readonly #parts: InputParts
  readonly #onNews: (input: ChannelInput, news: InputNews) => void
  readonly #notices: InputNotices
  #spec: InputSpec
  #session: InputSession | null = null
  #isRemoved = false
  #sinceMs: number
  #lastProblem: string | null = null
  #jumpsAtStart = 0
  #openedMs = 0
  #ownPort: OwnPort | null = null
  /** Packets of the SRT session when its loss was last judged. */
  #lossMark = { lost: 0, came: 0 }
  #srtAdvisor = new SrtLatencyAdvisor('receive')
  readonly #changes: ChangeNews
  readonly #broken: BrokenRun
  /** Those of its GOPs that were too large, as of the last look. */
  #gopOverflows = 0
  #lastVideoKeyMs: number | null = null
  #firstVideoMs: number | null = null
  readonly #received = new ReceivedMeter()
  readonly #renditions: InputRenditions

  constructor(spec: InputSpec, parts: InputParts) {
    this.#spec = spec
    this.#parts = parts
    this.#programme = parts.programme
    this.#media = parts.programme.addInput(spec.role)
    this.#clock = parts.clock
    this.#onNews = parts.onNews
    this.#notices = new InputNotices(parts.clock, (notice) => parts.onNews(this, { type: 'noticed', notice }))
    this.#broken = new BrokenRun(parts.clock)
    this.#renditions = new InputRenditions(parts.clock, (frame) => this.#programme.putRendition(this.role, frame))
    this.#changes = new ChangeNews(parts.clock, (track) => parts.onNews(this, { type: 'changed', track }))
    this.watch = new InputWatch(parts.watcher, this.#media)
    this.#sinceMs = this.#clock.wallMs()
  }

  get spec(): InputSpec {
    return this.#spec
  }
  get role(): InputRole {
    return this.#spec.role
  }
  get inputId(): string {
    return this.#spec.inputId
  }
  /** A removed input is nobody's any more: who was let in before it went comes too late. */
  get isTaken(): boolean {
    return this.#session !== null || this.#isRemoved
  }

  /** Frees the input for a newcomer: true when nobody holds it, or when who held it has fallen silent and is now ended. */
  giveWay(): boolean {
    if (this.#session === null) return !this.#isRemoved
    const lastMs = Math.max(this.#openedMs, this.#media.lastFrameMs ?? 0)
    if (this.#clock.nowMs() - lastMs < giveWayMs) return false
    this.#session.close('it had gone silent, and the encoder reconnected')
    return this.#session === null
  }

  /** A new key or a closed door ends the session that came by the old one. */
  setSpec(spec: InputSpec): void {
    const before = this.#spec
    this.#spec = spec
    if (before.keyHash !== spec.keyHash) this.#session?.close('the stream key was changed')
    else if (!spec.enabled) this.#session?.close('the input was disabled')
  }

  /** The programme's inputs were moved: this is its role from now on. Its session goes on. */
  moveTo(role: InputRole): void {
    this.#spec = { ...this.#spec, role }
  }

  /** Takes the input for `session`. The caller has checked that it is free. */
  open(session: InputSession): InputPort {
    this.#session = session
    this.#srtAdvisor = new SrtLatencyAdvisor('receive')
    this.#lossMark = { lost: 0, came: 0 }
    this.#lastProblem = null
    this.#sinceMs = this.#clock.wallMs()
    this.#openedMs = this.#clock.nowMs()
    this.#jumpsAtStart = this.#programme.timestampJumpsTotal
    this.#programme.openInput(this.role)
    this.#notices.clear()
    this.#changes.clear()
    this.#broken.end()
    this.#gopOverflows = this.#media.gopOverflows
    this.#lastVideoKeyMs = null
    this.#firstVideoMs = null
    this.#received.begin(session.bytesReceived?.() ?? null, this.#openedMs)
    this.#renditions.begin(session.facts.hasRenditions === true)
    this.watch.open()
    this.#onNews(this, { type: 'connected', facts: session.facts })
    return makeInputPort({
      clock: this.#clock,
      maxMbps: this.#parts.maxMbps,
      isOpen: () => this.#session === session,
      takeTrack: (track) => this.#putTrack(track),
      takeFrame: (frame) => this.#takeFrame(frame),
      takeData: (data) => this.#programme.putData(this.role, data),
      endTrack: (kind, id) => this.#endTrack(kind, id),
      note: (draft) => this.#note(session, draft),
      noteSound: () => this.#broken.end(),
      flush: () => this.#programme.flush(this.role),
      close: (problem) => this.#close(session, problem),
      end: (reason) => this.#endBySluice(session, reason),
      fault: (error) => this.#fault(session, error),
    })
  }

  /** Somebody was turned away at this input, or the call to its source failed. */
  noteProblem(problem: string): void {
    this.#lastProblem = problem
  }

  /** Tells only what is new: a port that stays taken is tried for days. */
  noteOwnPort(state: OwnPort): void {
    const before = this.#ownPort
    this.#ownPort = state
    if (before?.port !== state.port || before.isOpen !== state.isOpen || before.problem !== state.problem)
      this.#onNews(this, { type: 'port', state })
  }

  /** Somebody with this input's key was not let in: the operator reads it here, since the encoder's operator may see nothing. */
  noteRefusal(refusal: Omit<InputNews & { type: 'refused' }, 'type'>): void {
    this.#lastProblem = `${refusal.who} was refused: ${refusal.why}`
    this.#onNews(this, { type: 'refused', ...refusal })
  }

  /** Ends the session, if there is one. */
  end(message: string): void {
    this.#session?.close(message)
  }

  /** Ends the session and takes the input out of the programme. Final. */
  remove(): void {
    this.#isRemoved = true
    this.end('the input was removed')
    if (this.#session !== null) this.#close(this.#session, 'the input was removed')
    this.#programme.removeInput(this.role)
  }

  /** There is something to look at each second: a session, or notices of the last one that are not old yet. */
  get isBusy(): boolean {
    return this.#session !== null || this.#notices.hasCurrent
  }

  /** Changes when something in `actual()` does that nothing else tells: state, facts of the tracks, notices. */
  get mark(): string {
    const { tracks, dataTracks } = this.#media
    return JSON.stringify([this.#state(), tracks.map(factsOf), this.#renditions.describe(), dataTracks, this.#notices.list()])
  }

  actual(): InputActual {
    const media = this.#media
    const video = media.tracks.find((track) => track.kind === 'video')
    const audio = media.tracks.find((track) => track.kind === 'audio')
    return {
      inputId: this.#spec.inputId,
      role: this.role,
      state: this.#state(),
      onAir: this.#programme.source === this.role,
      since: new Date(this.#sinceMs).toISOString(),
      protocol: this.#session?.facts.protocol ?? null,
      remoteAddress: this.#session?.facts.remoteAddress ?? null,
      encoder: this.#session?.facts.encoder ?? null,
      video: video === undefined ? null : videoFacts(video),
      audio: audio === undefined ? null : audioFacts(audio),
      otherTracks: [...media.tracks.filter((one) => one !== video && one !== audio).map(describeTrack), ...this.#renditions.describe()],
      ...(media.dataTracks.length === 0 ? {} : { data: media.dataTracks.map(({ codec }) => codec) }),
      lastProblem: this.#lastProblem,
      ...(this.#spec.srt.port === undefined || this.#ownPort?.port !== this.#spec.srt.port ? {} : { srtPort: this.#ownPort }),
      // With a fault there is no clean run, though each moment begins one.
      clean: { since: this.watch.seen === null ? this.#wallOf(media.cleanSinceMs) : null, brokenBy: media.uncleanCause },
      ...(this.#notices.isEmpty ? {} : { notices: this.#notices.list() }),
    }
  }

  /**
   * Tells the input what share of packets its transport lost for good since the last call. Only SRT can lose any; what came again in time
   * is not lost. Once a second.
   */
  judgeLoss(): void {
    const stats = this.#session?.srtStats?.() ?? null
    if (stats === null) return
    const { droppedTotal, packetsTotal } = lineFigures(stats, 'receive')
    const lost = droppedTotal - this.#lossMark.lost
    const came = packetsTotal - this.#lossMark.came
    this.#lossMark = { lost: droppedTotal, came: packetsTotal }
    if (lost > 0) this.#media.noteLoss(lost / (lost + Math.max(0, came)), this.#clock.nowMs())
  }

  /** Once a second: tracks that fell silent, changes that were held back, key frames that do not come. */
  judgeTracks(): void {
    if (this.#session === null) return
    const nowMs = this.#clock.nowMs()
    for (const track of this.#media.silentTracks(trackGoneMs, nowMs)) this.#endTrack(track.kind, track.id)
    this.#changes.look()
    this.#judgeGops()
    const sinceMs = this.#lastVideoKeyMs ?? this.#firstVideoMs
    const hasVideo = this.#media.tracks.some(({ kind }) => kind === 'video')
    if (!hasVideo || sinceMs === null || nowMs - sinceMs < keyFrameMissingMs) return
    const subject = this.#lastVideoKeyMs === null ? 'none so far' : `none for more than ${keyFrameMissingMs / 1000} s`
    this.#notices.note({ code: 'key-frame-missing', media: 'video', subject })
  }

  #judgeGops(): void {
    const { gopOverflows } = this.#media
    const count = gopOverflows - this.#gopOverflows
    this.#gopOverflows = gopOverflows
    if (count > 0) this.#notices.note({ code: 'gop-too-large', media: 'video', subject: 'above 32 MiB or 6600 frames', count })
  }

  /** The last notice that the session's media of this kind comes without a decoder configuration, while none of it is usable. */
  isWithoutConfig(kind: Track['kind']): boolean {
    if (this.#session === null || this.#media.tracks.some((track) => track.kind === kind)) return false
    return this.#notices.list().some(({ code, media, isCurrent }) => code === 'config-missing' && media === kind && isCurrent)
  }

  /** Video frames a second of its session, or of the last one; 0 while unknown. */
  get fps(): number {
    return this.#media.meter.fps
  }

  /** What it sends, for the comparison with the other input; null while nothing comes. */
  shape(nowMs: number): InputShape | null {
    const { lastFrameMs, meter, tracks } = this.#media
    if (this.#session === null || lastFrameMs === null || nowMs - lastFrameMs > receivingMs) return null
    const video = tracks.find((track) => track.kind === 'video')
    const audio = tracks.find((track) => track.kind === 'audio')
    return {
      video: video === undefined ? null : videoFacts(video),
      audio: audio === undefined ? null : audioFacts(audio),
      fps: meter.fps,
      gopMs: meter.gopMs,
    }
  }

  stats(nowMs: number): InputStats | null {
    if (this.#session === null) return null
    const reading = this.#media.meter.read(nowMs)
    const srt = this.#session.srtStats?.() ?? null
    const content = this.watch.measures(nowMs)
    const receivedBps = this.#received.read(this.#session.bytesReceived?.() ?? null, nowMs)
    const lineAdvice = srt === null ? null : this.#srtAdvisor.advise(srt)
    return {
      inputId: this.#spec.inputId,
      ...reading,
      ...(receivedBps === null ? {} : { receivedBps }),
      timestampJumpsTotal: this.#programme.source === this.role ? this.#programme.timestampJumpsTotal - this.#jumpsAtStart : 0,
      sessionMs: Math.max(0, Math.round(this.#clock.wallMs() - this.#sinceMs)),
      line: srt === null ? null : lineFigures(srt, 'receive'),
      ...(lineAdvice === null ? {} : { lineAdvice }),
      ...this.#renditions.stats(),
      ...(content === null ? {} : { content }),
    }
  }

  #wallOf(atMs: number | null): string | null {
    // To a tenth of a second: the two clocks do not tick together, and what has not changed must read the same.
    return atMs === null ? null : new Date(Math.round((this.#clock.wallMs() + atMs - this.#clock.nowMs()) / 100) * 100).toISOString()
  }

  #state(): InputActual['state'] {
    if (this.#session === null) return 'waiting'
    const { lastFrameMs } = this.#media
    return lastFrameMs !== null && this.#clock.nowMs() - lastFrameMs < receivingMs ? 'receiving' : 'connected'
  }

  #noteVideo(frame: Frame): void {
    const nowMs = this.#clock.nowMs()
    this.#firstVideoMs ??= nowMs
    if (frame.isKey) this.#lastVideoKeyMs = nowMs
  }

  #putTrack(track: Track): void {
    if (this.#renditions.putTrack(track)) return
    const isFirst = !this.#media.tracks.some((other) => other.kind === track.kind && other.id === track.id)
    this.#programme.putTrack(this.role, track)
    if (!isFirst) this.#changes.put(track)
  }

  #endTrack(kind: Track['kind'], id: number): void {
    this.#renditions.endTrack(kind, id)
    const track = this.#media.tracks.find((one) => one.kind === kind && one.id === id)
    if (track === undefined) return
    this.#changes.forget(track)
    this.#programme.dropTrack(this.role, track)
    if (track.kind === 'video' && track.id === 0) {
      this.#lastVideoKeyMs = null
      this.#firstVideoMs = null
    }
    this.#onNews(this, { type: 'ended', track })
  }

  /** The seam between a session and the channel: what throws behind it ends this session and nothing else. */
  #takeFrame(frame: Frame): void {
    this.#broken.end()
    if (this.#renditions.putFrame(frame)) return
    if (frame.track.kind === 'video' && frame.track.id === 0) this.#noteVideo(frame)
    this.watch.putFrame(frame)
    this.#programme.putFrame(this.role, frame)
  }

  #note(session: InputSession, draft: NoticeDraft): void {
    this.#notices.note(draft)
    if (draft.code === 'broken-left-out' && this.#broken.isTooLong()) session.close(brokenMessage)
  }

  #fault(session: InputSession, error: unknown): void {
    this.#parts.onFault?.(error)
    this.#endBySluice(session, 'Sluice could not process its media and ended the session; other inputs and channels are not affected')
  }

  #endBySluice(session: InputSession, reason: string): void {
    session.close(reason)
    // Some protocols tell of their end by the next event of the socket only: nothing more of this session is taken until then.
    this.#close(session, reason)
  }

  #close(session: InputSession, problem: string | null): void {
    if (this.#session !== session) return
    this.#session = null
    this.#renditions.begin(false)
    this.watch.close()
    this.#lastProblem = problem
    this.#sinceMs = this.#clock.wallMs()
    this.#onNews(this, { type: 'lost', problem })
    this.#programme.closeInput(this.role, problem === null)
  }
}
