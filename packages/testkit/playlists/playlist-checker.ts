import assert from 'node:assert/strict'
import { type ReadPlaylist, type ReadSegment, readPlaylist } from './read-playlist.ts'

type Known = { readonly segment: ReadSegment; readonly discontinuity: number }

/** A playlist says durations with five decimals, and times to the millisecond. */
const roundingS = 0.0001
const wallSlackMs = 50
/** Parts of less than so much of the target are an encoder's frame rate or the end of something. */
const shortestPart = 0.85

type Options = {
  /** Distance of frames, seconds: parts can only be whole frames. */
  readonly frameS?: number
  /** Where a hint pointed is kept from version to version. */
  readonly followsHints?: boolean
}

/**
 * Judges every version of one rendition's playlist, as text, against the versions before: what a player of low latency depends on. Throws
 * AssertionError. Spec: draft-pantos-hls-rfc8216bis §4.4, §6.2, Apple HLS authoring specification 8
 */
export class PlaylistChecker {
  readonly #options: Options
  readonly #known = new Map<number, Known>()
  #last: ReadPlaylist | null = null
  versions = 0

  constructor(options: Options = {}) {
    this.#options = options
  }

  check(text: string): ReadPlaylist {
    const list = readPlaylist(text)
    this.versions++
    this.#checkHead(list)
    let discontinuity = list.discontinuitySequence!
    for (const [i, segment] of list.segments.entries()) {
      const number = list.mediaSequence + list.skipped + i
      if (segment.isSpliced) discontinuity++
      this.#checkSegment(number, segment, list)
      this.#checkSame(number, { segment, discontinuity })
    }
    this.#checkWall(list)
    if (!list.isEnded) this.#checkEdge(list, discontinuity)
    this.#last = list
    return list
  }

  #checkHead(list: ReadPlaylist): void {
    const before = this.#last
    assert.ok(list.control?.includes('CAN-BLOCK-RELOAD=YES'), 'no blocking reload')
    assert.ok(list.discontinuitySequence !== null, 'no discontinuity sequence')
    const holdBack = Number(/PART-HOLD-BACK=([0-9.]+)/.exec(list.control ?? '')?.[1])
    assert.ok(holdBack >= 3 * list.partTargetS!, `hold back of ${holdBack} s`)
    assert.ok(list.version >= (list.skipped > 0 ? 9 : list.segments.some(({ isGap }) => isGap) ? 8 : 6), `version ${list.version}`)
    if (before === null) return
    assert.deepEqual(
      [list.targetDurationS, list.control, list.partTargetS],
      [before.targetDurationS, before.control, before.partTargetS],
      'what may never change has changed',
    )
    assert.ok(list.mediaSequence >= before.mediaSequence, 'the media sequence went back')
    assert.ok(list.discontinuitySequence >= before.discontinuitySequence!, 'the discontinuity sequence went back')
  }

  #checkSegment(number: number, { uri, durationS, parts, isGap, map, wallMs }: ReadSegment, list: ReadPlaylist): void {
    assert.ok(Math.round(durationS) <= list.targetDurationS, `segment ${number} lasts ${durationS} s`)
    assert.ok(wallMs !== null && map !== null && uri !== null, `segment ${number} lacks its date or map`)
    if (parts.length === 0) return
    const sum = parts.reduce((total, part) => total + part.durationS, 0)
    assert.ok(Math.abs(sum - durationS) < roundingS * (parts.length + 1), `parts of ${number} last ${sum} s of ${durationS} s`)
    assert.equal(
      isGap,
      parts.every((part) => part.isGap),
      `segment ${number} and its parts differ about a gap`,
    )
    this.#checkParts(number, parts, list)
  }

  #checkParts(number: number, parts: ReadSegment['parts'], { partTargetS, isIndependent }: ReadPlaylist): void {
    const { frameS = 0 } = this.#options
    if (isIndependent && parts[0]?.isGap === false) assert.ok(parts[0].isIndependent, `segment ${number} does not begin with a key frame`)
    for (const [i, part] of parts.entries()) {
      assert.ok(part.durationS <= partTargetS! + roundingS, `part ${i} of ${number} lasts ${part.durationS} s`)
      const next = parts[i + 1]
      // The last one is judged once it is known what comes behind it.
      const mayBeShort = part.isGap || part.isIndependent || next?.isGap || next?.isIndependent || next === undefined
      if (mayBeShort || frameS > 0.15 * partTargetS!) continue
      assert.ok(part.durationS >= shortestPart * partTargetS! - roundingS, `part ${i} of ${number} lasts only ${part.durationS} s`)
    }
  }

  /** What was said of a number stays true: only parts are added, and old ones leave the list. */
  #checkSame(number: number, now: Known): void {
    const before = this.#known.get(number)
    this.#known.set(number, now)
    if (before === undefined) return
    const facts = ({ segment: { uri, durationS, isSpliced, isGap, map, wallMs }, discontinuity }: Known): unknown => [
      uri,
      durationS,
      isSpliced,
      isGap,
      map,
      wallMs,
      discontinuity,
    ]
    assert.deepEqual(facts(now), facts(before), `segment ${number} was told otherwise`)
    if (now.segment.parts.length > 0 && before.segment.parts.length > 0) assert.deepEqual(now.segment.parts, before.segment.parts)
  }

  #checkWall({ segments }: ReadPlaylist): void {
    for (const [i, next] of segments.slice(1).entries()) {
      const { wallMs, durationS } = segments[i]!
      const driftMs = next.wallMs! - wallMs! - durationS * 1000
      assert.ok(driftMs > -wallSlackMs && (next.isSpliced || driftMs < wallSlackMs), `the date drifts by ${driftMs} ms`)
    }
  }

  #checkEdge(list: ReadPlaylist, discontinuity: number): void {
    const { open, hint } = list
    const number = list.mediaSequence + list.skipped + list.segments.length
    assert.ok(hint !== null, 'no hint')
    if (open.parts.length > 0) assert.ok(open.wallMs !== null && open.map !== null, 'parts without their date or map')
    this.#checkParts(number, open.parts, list)
    const before = this.#last
    if (before === null || before.isEnded) return
    const numberBefore = before.mediaSequence + before.skipped + before.segments.length
    const wholeNow = list.segments[numberBefore - list.mediaSequence - list.skipped]
    const now = number === numberBefore ? open : wholeNow
    if (now === undefined) return
    if (now.parts.length > 0)
      assert.deepEqual(now.parts.slice(0, before.open.parts.length), before.open.parts, 'the parts of the open segment changed')
    if (before.mapHint !== null && now.map !== null) assert.equal(now.map, before.mapHint, 'the hint of an init did not come true')
    if (before.open.isSpliced) assert.ok(now.isSpliced, 'a discontinuity was taken back')
    // A hint comes true, wherever a key frame or a splice ends the segment: it is the very next part. A gap takes a number and no file.
    const next =
      now.parts[before.open.parts.length] ??
      (number > numberBefore ? (list.segments[numberBefore + 1 - list.mediaSequence] ?? open).parts[0] : undefined)
    if (next !== undefined && before.hint !== null && now.parts.length > 0)
      assert.equal(next.uri, before.hint, 'the hint did not come true')
    assert.ok(Number.isSafeInteger(discontinuity))
  }
}
