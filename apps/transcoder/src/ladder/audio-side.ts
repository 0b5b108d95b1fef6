import { messageOf } from '@sluice/base/errors'
import type { RungAudio } from '@sluice/contract/link'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { AudioLine, type EncodedSound, encoderKey, lineKey } from './audio-line.ts'

export type AudioWish = { readonly linkSlot: number; readonly nextDts: number | null; readonly audio: RungAudio }

export type AudioEvents = { readonly onSound: (linkSlot: number, sound: EncodedSound) => void }

type Line = { readonly line: AudioLine; linkSlots: readonly number[] }

const holeTicks = 90_000

/** Sound of the source in, frames of all rungs out: each distinct wish is encoded once. */
export class AudioSide {
  readonly #av: Av
  readonly #events: AudioEvents
  // bound: one a distinct wish, at most one a rung
  #lines: readonly Line[] = []
  // bound: one a rung that could not have its encoder
  readonly #failures = new Map<number, string>()
  #zeroDts: number | null = null
  #liveDts: number | null = null
  #latestDts: number | null = null

  constructor(av: Av, events: AudioEvents) {
    this.#av = av
    this.#events = events
  }

  /** Tracks of the source that are asked for. */
  get tracks(): readonly number[] {
    return [...new Set(this.#lines.map(({ line }) => line.wish.track))]
  }

  failureOf(linkSlot: number): string | null {
    return this.#failures.get(linkSlot) ?? null
  }

  /** Milliseconds that each rung's sound took since the last call, shared by those who share it. */
  takeBusyMs(): ReadonlyMap<number, number> {
    const shares = new Map<number, number>()
    for (const { line, linkSlots } of this.#lines) {
      const busyMs = line.takeBusyMs()
      for (const linkSlot of linkSlots) shares.set(linkSlot, busyMs / linkSlots.length)
    }
    return shares
  }

  setRungs(zeroDts: number, wishes: readonly AudioWish[]): void {
    const old = zeroDts === this.#zeroDts ? [...this.#lines] : []
    if (zeroDts !== this.#zeroDts) for (const { line } of this.#lines) line.close()
    this.#zeroDts = zeroDts
    this.#failures.clear()
    const groups = new Map<string, AudioWish[]>()
    for (const wish of wishes) groups.set(lineKey(wish.audio), [...(groups.get(lineKey(wish.audio)) ?? []), wish])
    const claim = (isRight: (line: Line) => boolean): Line | undefined => {
      const at = old.findIndex(isRight)
      return at < 0 ? undefined : old.splice(at, 1)[0]
    }
    // Equal ones first, so that a change of gain takes no line from a rung that did not change.
    const equal = new Map([...groups.keys()].map((key) => [key, claim(({ line }) => lineKey(line.wish) === key)]))
    const lines: Line[] = []
    for (const [key, group] of groups) {
      const { audio } = group[0]!
      const linkSlots = group.map(({ linkSlot }) => linkSlot)
      const isSuccessor = ({ line, linkSlots: before }: Line): boolean =>
        encoderKey(line.wish) === encoderKey(audio) && before.some((linkSlot) => linkSlots.includes(linkSlot))
      const kept = equal.get(key) ?? claim(isSuccessor)
      if (kept !== undefined) {
        kept.line.setWish(audio)
        kept.linkSlots = linkSlots
        lines.push(kept)
      } else {
        const opened = this.#open(zeroDts, group)
        if (opened !== null) lines.push(opened)
      }
    }
    for (const { line } of old) line.close()
    this.#lines = lines
  }

  startSource(liveDts: number): void {
    const isHole = this.#latestDts === null || liveDts - this.#latestDts > holeTicks
    this.#liveDts = liveDts
    for (const { line } of this.#lines) {
      line.resetSource()
      if (isHole) line.startFrom(liveDts)
    }
  }

  /** Decoded sound of a track. Throws Error with FFmpeg's reason. */
  feed(wantedTrack: number, frame: Frame, pts: number, readMs: number | null): void {
    this.#latestDts = Math.max(this.#latestDts ?? pts, pts)
    if (this.#liveDts !== null && pts < this.#liveDts) return
    for (const { line } of this.#lines) if (line.wish.track === wantedTrack) line.feed(frame, pts, readMs)
  }

  /** No sound came until now. */
  silenceUntil(dts: number): void {
    if (this.#liveDts === null) return
    this.#latestDts = Math.max(this.#latestDts ?? dts, dts)
    for (const { line } of this.#lines) line.silenceUntil(dts)
  }

  close(): void {
    for (const { line } of this.#lines) line.close()
    this.#lines = []
  }

  #open(zeroDts: number, group: readonly AudioWish[]): Line | null {
    const [first] = group
    try {
      const made: { linkSlots: readonly number[] } = { linkSlots: group.map(({ linkSlot }) => linkSlot) }
      const line = new AudioLine(this.#av, zeroDts, first!.audio, (sound) => {
        for (const linkSlot of made.linkSlots) this.#events.onSound(linkSlot, sound)
      })
      const whole = Object.assign(made, { line })
      const from = this.#latestDts === null ? this.#liveDts : Math.max(this.#latestDts, this.#liveDts ?? 0)
      if (from !== null) line.startFrom(from)
      return whole
    } catch (error) {
      for (const { linkSlot } of group) this.#failures.set(linkSlot, messageOf(error))
      return null
    }
  }
}
