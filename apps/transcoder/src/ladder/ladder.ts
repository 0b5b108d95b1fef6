import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import { ticksPerMs } from '@sluice/codecs/frame'
import { type LinkFrame, readFrameLink } from '@sluice/containers/frame-link'
import { ladderType, pictureType, readPicture, readToLadder, type ToLadder } from '@sluice/contract/ladder'
import { fieldRate } from '@sluice/contract/link'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { AudioSide } from './audio-side.ts'
import { CostMeter } from './cost-meter.ts'
import { Inbox, type InboxItem } from './inbox.ts'
import { LateGate } from './late-gate.ts'
import { Outlet, type Sink } from './outlet.ts'
import { ProgrammeClock } from './programme-clock.ts'
import { ReliefLevel, windowMs } from './relief-level.ts'
import { loadsLeft, planRelief, type ReliefStep, reliefAt } from './relief-steps.ts'
import { RungVoice } from './rung-voice.ts'
import { type Decoded, SourceDecoders } from './source-decoders.ts'
import { VideoSide } from './video-side.ts'

type Spec = Extract<ToLadder, { type: 'spec' }>
type Picture = { readonly frame: Frame; readonly pts: number; readonly readMs: number | null }

/** The process and its machine, as far as the ladder needs them. */
export type LadderHost = {
  readonly clock: Clock
  /** Milliseconds of the machine's monotonic clock, the same in every process. */
  readonly machineMs: () => number
  /** Lets what came in meanwhile be read. */
  readonly breathe: () => Promise<void>
  readonly cpuMs: () => number
  readonly rssBytes: () => number
}

/** A picture that is missing for so long is taken to be late no more: the last one is repeated. */
const patienceMs = 100
/** Sound comes in bursts, and a hole in it is heard. */
const soundPatienceMs = 400
const beatMs = 250
const costMs = 1000
const undecodedMs = 1000
/** The loop goes back to the system after so long, to read what came. */
const breatheMs = 15

/** All that one process encodes: the source's frames in, those of all rungs out. */
export class Ladder {
  readonly #av: Av
  readonly #host: LadderHost
  readonly #inbox = new Inbox()
  readonly #outlet: Outlet
  readonly #video: VideoSide
  readonly #audio: AudioSide
  readonly #clock = new ProgrammeClock()
  readonly #costs: CostMeter
  readonly #voice: RungVoice
  #spec: Spec | null = null
  #source: SourceDecoders | null = null
  #isBusy = false
  #isClosed = false
  #lateMs = 0
  readonly #lateGate = new LateGate()
  /** Least lateness of this window's pictures; null: none came. */
  #windowLateMs: number | null = null
  #windowMs = 0
  readonly #relief = new ReliefLevel()
  // bound: a few a rung
  #reliefSteps: readonly ReliefStep[] = []
  #reliefInForce = 0
  // bound: two kinds
  readonly #undecodedMs = new Map<LinkFrame['kind'], number>()
  #beatMs = 0

  constructor(av: Av, host: LadderHost, sink: Sink) {
    this.#av = av
    this.#host = host
    this.#outlet = new Outlet(sink)
    this.#costs = new CostMeter(host.clock.nowMs(), host.cpuMs())
    this.#voice = new RungVoice((message) => this.#outlet.say(message))
    this.#video = new VideoSide(av, () => host.clock.nowMs(), {
      onPicture: (rung, dts, readMs, { track, isKey, bytes }) => {
        const verdict = this.#outlet.send(rung.linkSlot, { track, dts, isKey, bytes, readMs })
        if (verdict === 'dropped') rung.requireKey()
        if (verdict === 'sent') this.#voice.noteFrame(rung.linkSlot)
      },
    })
    this.#audio = new AudioSide(av, {
      onSound: (linkSlot, { track, dts, readMs, bytes }) => {
        const verdict = this.#outlet.send(linkSlot, { track, dts, isKey: true, bytes, readMs })
        if (verdict === 'sent') this.#voice.noteFrame(linkSlot)
      },
    })
  }

  /** A record that came. Throws WireError for what is no message. */
  receive(record: Uint8Array): void {
    if (record[0] === pictureType) {
      const { pictureId, png } = readPicture(record)
      this.#try('video', () => {
        const problem = this.#video.addPicture(pictureId, png)
        if (problem !== null) throw new Error(`an overlay: ${problem}`)
      })
      return
    }
    if (record[0] === ladderType) this.#inbox.offer(readToLadder(record))
    else {
      const message = readFrameLink(record)
      if (message.type === 'frame') this.#inbox.offer({ ...message, bytes: message.bytes.slice() })
      else if (message.type === 'track')
        this.#inbox.offer({ ...message, track: { ...message.track, config: message.track.config.slice() } })
      else this.#inbox.offer(message)
    }
    void this.#pump()
  }

  /** Called some forty times a second. */
  tick(): void {
    const nowMs = this.#host.clock.nowMs()
    if (nowMs - this.#beatMs >= beatMs) {
      this.#beatMs = nowMs
      this.#outlet.say({
        type: 'beat',
        rssBytes: this.#host.rssBytes(),
        cpuMs: this.#host.cpuMs(),
        busy: this.#costs.busyShare(nowMs),
        lateMs: Math.max(0, Math.round(this.#lateMs)),
        level: this.#relief.level,
      })
    }
    if (nowMs - this.#windowMs >= windowMs) {
      this.#windowMs = nowMs
      this.#relief.note(nowMs, { busy: this.#costs.busyShare(nowMs), lateMs: this.#windowLateMs })
      this.#windowLateMs = null
    }
    this.#reportCosts(nowMs)
    this.#tellStates(nowMs)
    void this.#pump()
  }

  /** Nothing is encoded any more. */
  close(): void {
    this.#isClosed = true
  }

  /** One thing after the other, for encoders must not be called twice at once. */
  async #pump(): Promise<void> {
    if (this.#isBusy || this.#isClosed) return
    this.#isBusy = true
    let startMs = this.#host.clock.nowMs()
    try {
      for (let item = this.#inbox.take(); item !== undefined && !this.#isClosed; item = this.#inbox.take()) {
        await this.#process(item)
        this.#relieve()
        const nowMs = this.#host.clock.nowMs()
        if (nowMs - startMs < breatheMs) continue
        this.#costs.noteBusy(startMs, nowMs)
        await this.#host.breathe()
        startMs = this.#host.clock.nowMs()
      }
      await this.#fillHoles()
      for (const rung of this.#video.rungs) rung.retry(startMs)
    } finally {
      this.#isBusy = false
    }
    this.#costs.noteBusy(startMs, this.#host.clock.nowMs())
  }

  async #process(item: InboxItem): Promise<void> {
    if (item.type === 'spec') this.#setSpec(item)
    else if (item.type === 'source') await this.#startSource(item.slot, item.liveDts)
    else if (item.type === 'end') {
      if (item.slot === this.#source?.slot) await this.#endSource()
    } else if (item.slot !== this.#source?.slot) return
    else if (item.type === 'track') {
      const track = item.track
      await this.#withPictures((onPicture) => this.#try(track.kind, () => this.#source!.setTrack(track, onPicture)))
    } else await this.#decode(this.#source, item)
  }

  #setSpec(spec: Spec): void {
    const gone = new Set(this.#spec?.rungs.map(({ slot }) => slot))
    for (const { slot, nextDts } of spec.rungs) {
      if (!gone.delete(slot) && nextDts !== null) this.#outlet.startFrom(slot, nextDts)
    }
    for (const slot of gone) {
      this.#outlet.forget(slot)
      this.#voice.forget(slot)
    }
    this.#spec = spec
    this.#video.setRungs(
      spec.zeroDts,
      spec.rungs.flatMap(({ slot, nextDts, rung: { video } }) => (video === null ? [] : [{ linkSlot: slot, nextDts, video }])),
    )
    this.#reliefSteps = planRelief(spec.rungs.flatMap(({ slot, rung: { video } }) => (video === null ? [] : [{ slot, video }])))
    this.#relief.setSteps(loadsLeft(this.#reliefSteps))
    this.#reliefInForce = this.#relief.level
    this.#video.setReliefs(reliefAt(this.#reliefSteps, this.#reliefInForce))
    this.#audio.setRungs(
      spec.zeroDts,
      spec.rungs.flatMap(({ slot, nextDts, rung: { audio } }) => (audio === null ? [] : [{ linkSlot: slot, nextDts, audio }])),
    )
    this.#outlet.say({ type: 'applied', revision: spec.revision })
  }

  async #startSource(slot: number, liveDts: number): Promise<void> {
    if (this.#source !== null) await this.#endSource()
    this.#source = new SourceDecoders(this.#av, slot, liveDts)
    this.#clock.reset()
    this.#voice.noteSource(this.#host.clock.nowMs())
    this.#video.startSource(liveDts)
    this.#audio.startSource(liveDts)
  }

  async #endSource(): Promise<void> {
    const source = this.#source
    await this.#withPictures((onPicture) => this.#try('video', () => source?.close(onPicture)))
    this.#source = null
  }

  async #decode(source: SourceDecoders, frame: LinkFrame): Promise<void> {
    if (frame.kind === 'audio') {
      // Decoded once, by whatever numbers it was asked for.
      const wanted = this.#audio.tracks.filter((track) => source.audioTrackId(track) === frame.id)
      if (wanted.length === 0) return
      this.#noteArrival(frame)
      const feed: Decoded = (decoded, pts, readMs) => {
        for (const track of wanted) this.#audio.feed(track, decoded, pts, readMs)
      }
      this.#try(frame.kind, () => source.decode(frame, false, feed))
      return
    }
    if (this.#video.rungs.length === 0 || !source.isPicture(frame)) return
    this.#noteArrival(frame)
    const areFieldsWanted = this.#video.rungs.some(({ video: { fps } }) => fps.num / fps.den > fieldRate)
    await this.#withPictures((onPicture) => this.#try(frame.kind, () => source.decode(frame, areFieldsWanted, onPicture)))
  }

  /** Pictures are encoded after the decoder is done with its call: they are kept by reference until then. */
  async #withPictures(run: (onPicture: Decoded) => void): Promise<void> {
    const pictures: Picture[] = []
    const startMs = this.#host.clock.nowMs()
    run((frame, pts, readMs) => {
      const kept = new this.#av.Frame()
      kept.alloc()
      kept.ref(frame)
      pictures.push({ frame: kept, pts, readMs })
    })
    this.#costs.noteShared(this.#host.clock.nowMs() - startMs)
    for (const { frame, pts, readMs } of pictures) {
      const isLate = !this.#lateGate.lets(this.#lateMs, this.#host.clock.nowMs())
      await this.#video.show(frame, pts, readMs, isLate)
      frame.free()
    }
  }

  #noteArrival({ readMs, dts, kind }: LinkFrame): void {
    if (this.#spec === null) return
    // A slate comes from nowhere: it is there when it comes.
    const machineMs = readMs === null ? this.#host.machineMs() : readMs + this.#spec.clockOriginMs
    this.#clock.note(dts, machineMs)
    if (kind === 'audio') return
    // What is decoded alone is old by its nature.
    const isLive = dts >= (this.#source?.liveDts ?? 0)
    this.#lateMs = isLive ? this.#host.machineMs() - machineMs : 0
    if (isLive) this.#windowLateMs = Math.min(this.#windowLateMs ?? this.#lateMs, this.#lateMs)
  }

  /** Puts the level of relief in force: only here, between two pictures. */
  #relieve(): void {
    if (this.#relief.level === this.#reliefInForce) return
    this.#reliefInForce = this.#relief.level
    this.#video.setReliefs(reliefAt(this.#reliefSteps, this.#reliefInForce))
  }

  /** The source is there and gives nothing: the last picture is repeated, and there is silence. */
  async #fillHoles(): Promise<void> {
    if (this.#source === null || this.#spec === null || !this.#inbox.isEmpty) return
    const nowDts = this.#clock.dtsAt(this.#host.machineMs())
    if (nowDts === null) return
    await this.#video.repeatUntil(nowDts - patienceMs * ticksPerMs)
    this.#try('audio', () => this.#audio.silenceUntil(nowDts - soundPatienceMs * ticksPerMs))
  }

  #try(kind: LinkFrame['kind'], run: () => void): void {
    try {
      run()
    } catch (error) {
      const nowMs = this.#host.clock.nowMs()
      if (nowMs - (this.#undecodedMs.get(kind) ?? Number.NEGATIVE_INFINITY) < undecodedMs) return
      this.#undecodedMs.set(kind, nowMs)
      this.#outlet.say({ type: 'undecoded', kind, message: messageOf(error) })
    }
  }

  #reportCosts(nowMs: number): void {
    if (nowMs - this.#costs.sinceMs < costMs || this.#spec === null) return
    const sound = this.#audio.takeBusyMs()
    this.#costs.noteShared(this.#video.takeStagesMs())
    const busy = new Map(this.#spec.rungs.map(({ slot }) => [slot, sound.get(slot) ?? 0]))
    const skipped = new Map(this.#video.rungs.map((rung) => [rung.linkSlot, rung.skippedTotal]))
    for (const rung of this.#video.rungs) busy.set(rung.linkSlot, (busy.get(rung.linkSlot) ?? 0) + rung.takeBusyMs())
    const wallMs = nowMs - this.#costs.sinceMs
    for (const [slot, cpuMs] of this.#costs.share(nowMs, this.#host.cpuMs(), busy)) {
      this.#outlet.say({ type: 'cost', slot, cpuMs, wallMs, skippedTotal: skipped.get(slot) ?? 0 })
    }
  }

  #tellStates(nowMs: number): void {
    if (this.#spec === null) return
    const videos = new Map(this.#video.rungs.map((rung) => [rung.linkSlot, rung]))
    for (const { slot, rung } of this.#spec.rungs) {
      this.#voice.tell(slot, {
        failure: videos.get(slot)?.failure ?? this.#audio.failureOf(slot),
        relief: videos.get(slot)?.relief ?? null,
        hardwareLoss: videos.get(slot)?.hardwareLoss ?? null,
        preset: rung.video?.preset ?? null,
        lacksPicture: videos.has(slot) && this.#video.lacksPicture(videos.get(slot)!),
        lacksTrack:
          rung.audio !== null && this.#source?.hasAudio === true && !this.#source.hasTrack(rung.audio.track) ? rung.audio.track : null,
        lacksSound: rung.audio !== null && this.#source !== null && !this.#source.hasAudio,
        nowMs,
      })
    }
  }
}
