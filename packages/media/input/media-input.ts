import type { MeasuredFault } from '@sluice/base/words'
import type { DataTrack, Frame, Track } from '@sluice/codecs/frame'
import { GopCache, TrackSet, withDataTrack } from '../bus/index.ts'
import type { ContentTriggers, InputHealth } from '../switch/index.ts'
import { ContentMonitor } from './content-monitor.ts'
import { InputMeter } from './input-meter.ts'
import { type PictureMeasure, PictureMonitor, type PictureReading } from './picture-monitor.ts'
import { type SoundMeasure, SoundMonitor, type SoundReading } from './sound-monitor.ts'

/** A key frame alone is not yet the whole programme: audio gets so long to show up beside it, and video so long beside audio. */
const audioWaitMs = 500
const videoWaitMs = 1500
/** A longer silence between two frames ends a clean run. */
const cleanGapMs = 1000
/** A greater share of lost packets ends it too. */
const cleanLossShare = 0.01

/** By what an input's health is judged; the switch's policy holds all of it. */
export type HealthPolicy = { readonly triggerMs: number; readonly maxGopMs: number; readonly triggers: ContentTriggers }

/** Why an input is not clean, or was not when it last began anew. */
export type UncleanCause = 'gap' | 'loss' | 'gop' | 'fault'

/**
 * One way into a channel, with or without a session at its other end. Whatever the protocol, it takes frames, keeps the last GOP warm
 * and knows its own health, so that the switch can take it to the air at once.
 */
export class MediaInput {
  readonly #tracks = new TrackSet()
  readonly #gop = new GopCache()
  // bound: sixteen, withDataTrack adds no more
  #dataTracks: readonly DataTrack[] = []
  /** When each track's last frame came, or when it was announced. At most one entry a track. */
  // bound: one a kind and id of the input’s tracks
  readonly #lastOf = new Map<number, number>()
  #isOpen = false
  #meter = new InputMeter(0)
  #monitor = new ContentMonitor()
  readonly #picture = new PictureMonitor()
  readonly #sound = new SoundMonitor()
  #firstFrameMs: number | null = null
  #lastFrameMs: number | null = null
  #cleanSinceMs: number | null = null
  #uncleanCause: UncleanCause | null = null

  get tracks(): readonly Track[] {
    return this.#tracks.all
  }
  /** Timed data that its session has sent. It is rare, so silence says nothing of it: a track stays until the session ends. */
  get dataTracks(): readonly DataTrack[] {
    return this.#dataTracks
  }
  get gop(): readonly Frame[] {
    return this.#gop.frames
  }
  /** GOPs that outgrew the cache, since the start. */
  get gopOverflows(): number {
    return this.#gop.overflows
  }
  get isOpen(): boolean {
    return this.#isOpen
  }
  get meter(): InputMeter {
    return this.#meter
  }
  get lastFrameMs(): number | null {
    return this.#lastFrameMs
  }

  /** Since when it has been clean; null before the first frame. */
  get cleanSinceMs(): number | null {
    return this.#cleanSinceMs
  }
  /** What last broke a clean run of this session. */
  get uncleanCause(): UncleanCause | null {
    return this.#uncleanCause
  }

  /** A session began: all that was known of an earlier one is forgotten. */
  open(nowMs: number): void {
    this.close()
    this.#isOpen = true
    this.#lastFrameMs = null
    this.#meter = new InputMeter(nowMs)
  }

  /** The session ended. When its last frame came, and its meter, stay readable until the next one. */
  close(): void {
    this.#isOpen = false
    this.#tracks.clear()
    this.#dataTracks = []
    this.#lastOf.clear()
    this.#uncleanCause = null
    this.restart()
  }

  /** Frames of the session are left out from here on: what is cached does not lead up to the next one. */
  restart(): void {
    this.#gop.clear()
    this.#monitor = new ContentMonitor()
    this.forgetMeasures()
    this.#firstFrameMs = null
    this.#cleanSinceMs = null
  }

  /** Notes a track; true when it is new or changed. A changed video configuration empties the cached GOP. `nowMs`: it is announced. */
  putTrack(track: Track, nowMs?: number): boolean {
    const isNew = this.#tracks.put(track)
    if (isNew && nowMs !== undefined && !this.#lastOf.has(keyOf(track))) this.#lastOf.set(keyOf(track), nowMs)
    if (isNew && track.kind === 'video') this.#gop.clear()
    return isNew
  }

  noteData(track: DataTrack): void {
    this.#dataTracks = withDataTrack(this.#dataTracks, track)
  }

  /** Takes a track out that gives nothing any more. */
  dropTrack(track: Track): void {
    if (!this.#tracks.remove(track)) return
    this.#lastOf.delete(keyOf(track))
    if (track.kind === 'video') this.#gop.clear()
  }

  /** Tracks that gave no frame for `silentMs` while another one did; a track that was announced counts from then on. */
  silentTracks(silentMs: number, nowMs: number): Track[] {
    if (this.#lastFrameMs === null || nowMs - this.#lastFrameMs >= silentMs) return []
    return this.#tracks.all.filter((track) => nowMs - (this.#lastOf.get(keyOf(track)) ?? nowMs) >= silentMs)
  }

  putFrame(frame: Frame, nowMs: number): void {
    const before = this.#lastFrameMs
    const gapMs = before !== null && nowMs - before > cleanGapMs ? nowMs - before : 0
    // While nothing came no track was silent beside another one: the first that comes back must not end the others.
    if (gapMs > 0) for (const [key, atMs] of this.#lastOf) this.#lastOf.set(key, atMs + gapMs)
    this.putTrack(frame.track)
    this.#lastOf.set(keyOf(frame.track), nowMs)
    this.#gop.push(frame)
    this.#meter.add(frame, nowMs)
    this.#monitor.add(frame, nowMs)
    this.#firstFrameMs ??= nowMs
    this.#lastFrameMs = nowMs
    if (gapMs > 0) this.#breakCleanRun('gap', nowMs)
    this.#cleanSinceMs ??= nowMs
  }

  /** The transport lost this share of its packets, 0..1, of late, and could not mend it. */
  noteLoss(share: number, nowMs: number): void {
    if (share >= cleanLossShare) this.#breakCleanRun('loss', nowMs)
  }

  /** Somebody who decodes has looked at a key picture of this session. */
  notePicture(measure: PictureMeasure): void {
    this.#picture.add(measure)
  }

  /** Somebody who decodes has listened to this session. */
  noteSound(measure: SoundMeasure): void {
    this.#sound.add(measure)
  }

  /** Nobody decodes any more: picture and sound are unjudged, which is no fault. */
  forgetMeasures(): void {
    this.#picture.forget()
    this.#sound.forget()
  }

  /** What is known of picture and sound now; null where nobody has measured of late. */
  measured(nowMs: number): { readonly picture: PictureReading | null; readonly sound: SoundReading | null } {
    return { picture: this.#picture.read(nowMs), sound: this.#sound.read(nowMs) }
  }

  /** What is wrong with picture or sound by the triggers that are on. */
  measuredFault(triggers: ContentTriggers, nowMs: number): MeasuredFault | null {
    const { blackMs = 0, freezeMs = 0, silenceMs = 0 } = triggers
    return this.#picture.fault({ blackMs, freezeMs }, nowMs) ?? this.#sound.fault(silenceMs, nowMs)
  }

  /** Judges the input at this moment. A GOP or fault outside of the policy ends a clean run, so look often. */
  health(nowMs: number, policy: HealthPolicy): InputHealth {
    const { triggers, triggerMs } = policy
    const fault = this.#monitor.fault(triggers, triggerMs, nowMs) ?? this.measuredFault(triggers, nowMs)
    if (fault !== null) this.#breakCleanRun('fault', nowMs)
    else if ((this.#monitor.gopMs(nowMs) ?? 0) > policy.maxGopMs) this.#breakCleanRun('gop', nowMs)
    return {
      isOpen: this.#isOpen,
      lastFrameMs: this.#lastFrameMs,
      hasKey: this.#hasStart(nowMs),
      cleanSinceMs: this.#cleanSinceMs,
      fault,
    }
  }

  #breakCleanRun(cause: UncleanCause, nowMs: number): void {
    if (this.#firstFrameMs === null) return
    this.#uncleanCause = cause
    this.#cleanSinceMs = nowMs
  }

  /** Whether a programme can start from what is cached: a key frame, and the other kind of track known or not to be expected. */
  #hasStart(nowMs: number): boolean {
    const first = this.#gop.frames[0]
    if (first === undefined || this.#firstFrameMs === null) return false
    const ageMs = nowMs - this.#firstFrameMs
    // Audio stands first while no frame of video has come, also when an encoder has announced video that it does not send.
    if (first.track.kind === 'audio') return ageMs >= videoWaitMs
    return this.#tracks.audio !== undefined || ageMs >= audioWaitMs
  }
}

/** A number: a text would be made, and hashed, for each frame. */
const keyOf = ({ kind, id }: Track): number => 2 * id + (kind === 'video' ? 1 : 0)
