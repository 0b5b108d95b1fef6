import type { AudioFacts, Conformity, ConformityDifference, VideoFacts } from '@sluice/contract/link'

/** What one input sends, as far as a switch would show it. `fps` and `gopMs` as measured, null while unknown. */
export type InputShape = {
  readonly video: VideoFacts | null
  readonly audio: AudioFacts | null
  readonly fps: number | null
  readonly gopMs: number | null
}

/** A measured frame rate wavers so much without being another one. */
const fpsShare = 0.03
/** GOPs that differ by less are the same setting. */
const gopSlackMs = 500

type Field = ConformityDifference['field']
type Effect = ConformityDifference['effect']

/** Where `backup` differs from `primary`, and what a switch between them would do. Pure. */
export function compareInputs(primary: InputShape, backup: InputShape): ConformityDifference[] {
  // bound: one a field that is compared, a closed list
  const found: ConformityDifference[] = []
  const compare = (field: Field, effect: Effect, a: string | null, b: string | null, isAlike = a === b): void => {
    if (a !== null && b !== null && !isAlike) found.push({ field, primary: a, backup: b, effect })
  }
  const presence = (one: object | null): string => (one === null ? 'none' : 'present')
  compare('video', 'breaks', presence(primary.video), presence(backup.video))
  compare('audio', 'breaks', presence(primary.audio), presence(backup.audio))
  const [pv, bv] = [primary.video, backup.video]
  if (pv !== null && bv !== null) {
    compare('videoCodec', 'breaks', pv.codec, bv.codec)
    if (pv.codec === bv.codec) compare('profile', 'none', pv.profile, bv.profile)
    compare('size', 'seen', `${pv.width}x${pv.height}`, `${bv.width}x${bv.height}`)
    compare('fps', 'seen', rounded(primary.fps), rounded(backup.fps), isNear(primary.fps, backup.fps, fpsShare * (primary.fps ?? 0)))
    compare('gop', 'none', inSeconds(primary.gopMs), inSeconds(backup.gopMs), isNear(primary.gopMs, backup.gopMs, gopSlackMs))
  }
  const [pa, ba] = [primary.audio, backup.audio]
  if (pa !== null && ba !== null) {
    compare('audioCodec', 'breaks', pa.codec, ba.codec)
    compare('sampleRate', 'seen', `${pa.sampleRate} Hz`, `${ba.sampleRate} Hz`)
    compare('channels', 'seen', String(pa.channels), String(ba.channels))
  }
  return found
}

const rounded = (fps: number | null): string | null => (fps === null || fps === 0 ? null : String(Math.round(fps * 10) / 10))
const inSeconds = (ms: number | null): string | null => (ms === null ? null : `${Math.round(ms / 100) / 10} s`)
const isNear = (a: number | null, b: number | null, slack: number): boolean => a === null || b === null || Math.abs(a - b) <= slack

/** A verdict stands when it was the same so often in a row: rates waver while an encoder starts. */
const steadyLooks = 3

/** Follows the conformity of two inputs over time. `look` once a second. */
export class ConformityMonitor {
  #current: Conformity = { state: 'unknown', differences: [], since: null, lastComparedAt: null }
  #candidate = ''
  #looks = 0
  #lastComparedMs: number | null = null

  get current(): Conformity {
    return this.#current
  }

  /** Compares two inputs, null for one that gives no media. True when the verdict is a new one. Times are wall milliseconds. */
  look(primary: InputShape | null, backup: InputShape | null, wallMs: number): boolean {
    if (primary === null || backup === null) {
      this.#looks = 0
      if (this.#current.state === 'unknown' || this.#current.lastComparedAt !== null) return false
      this.#current = { ...this.#current, lastComparedAt: new Date(this.#lastComparedMs ?? wallMs).toISOString() }
      return true
    }
    this.#lastComparedMs = wallMs
    const differences = compareInputs(primary, backup)
    // What differs, not by how much: measured rates waver in their last digit.
    const text = differences.map(({ field }) => field).join()
    this.#looks = text === this.#candidate ? this.#looks + 1 : 1
    this.#candidate = text
    if (this.#looks < steadyLooks) return false
    const isSame = this.#current.state !== 'unknown' && text === this.#current.differences.map(({ field }) => field).join()
    if (isSame && this.#current.lastComparedAt === null) return false
    const since = isSame ? this.#current.since : new Date(wallMs).toISOString()
    this.#current = { state: differences.length === 0 ? 'alike' : 'differs', differences, since, lastComparedAt: null }
    return true
  }
}
