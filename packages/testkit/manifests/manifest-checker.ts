import assert from 'node:assert/strict'
import { parseMpd, type ReadMpd } from '@sluice/containers/mpd'

type ReadPeriod = ReadMpd['periods'][number]
type ReadSet = ReadPeriod['sets'][number]
type ReadSegment = ReadSet['representations'][number]['segments'][number]

/** Where the first segment of a sound was not there yet it stands where its picture does: by half a frame of sound it may be put right. */
const nominalTicks = 2000
/** Sound ends at a whole frame, behind its picture. */
const overlapMs = 50

type Told = { readonly segment: ReadSegment; readonly wasLast: boolean }

/**
 * Judges every version of a manifest, as text, against the versions before: what a player of low latency depends on. Throws AssertionError.
 * Spec: ISO/IEC 23009-1 §5.4, DASH-IF IOP v5 part 4
 */
export class ManifestChecker {
  readonly #periods = new Map<string, string>()
  readonly #told = new Map<string, Told>()
  #text = ''
  #last: ReadMpd | null = null
  versions = 0

  check(text: string): ReadMpd {
    if (text === this.#text && this.#last !== null) return this.#last
    const mpd = parseMpd(text)
    assert.ok(mpd !== null, 'no manifest')
    const before = this.#last
    this.versions++
    this.#checkHead(mpd)
    for (const [i, period] of mpd.periods.entries()) this.#checkPeriod(period, mpd.periods[i + 1])
    this.#checkWindow(mpd, before)
    this.#text = text
    this.#last = mpd
    return mpd
  }

  #checkHead(mpd: ReadMpd): void {
    const before = this.#last
    assert.equal(mpd.isDynamic, mpd.durationMs === null)
    assert.equal(mpd.availabilityStartMs, 0, 'the presentation began at another time')
    assert.equal(mpd.minimumUpdatePeriodMs === null, mpd.durationMs !== null, 'it goes on and has an end')
    assert.ok(mpd.targetLatencyMs !== null && mpd.utcTimings.length > 0)
    if (before !== null) assert.ok(mpd.publishMs! > before.publishMs!, `another version of the same date, ${mpd.publishMs}`)
  }

  #checkPeriod(period: ReadPeriod, next: ReadPeriod | undefined): void {
    assert.ok(period.sets.length > 0, `period ${period.id} is empty`)
    const offsets = new Set(period.sets.flatMap(({ representations }) => representations.map((one) => one.presentationTimeOffset)))
    assert.equal(offsets.size, 1, `period ${period.id} has several offsets`)
    const facts = JSON.stringify([period.startMs, [...offsets]])
    assert.equal(this.#periods.get(period.id) ?? facts, facts, `period ${period.id} was told otherwise`)
    this.#periods.set(period.id, facts)
    if (next !== undefined)
      assert.ok(next.startMs > period.startMs && next.id !== period.id, `period ${next.id} is not behind ${period.id}`)
    for (const set of period.sets) this.#checkSet(period, set, next)
  }

  #checkSet(period: ReadPeriod, set: ReadSet, next: ReadPeriod | undefined): void {
    for (const { id, segments, timescale, presentationTimeOffset, isWholeWhenAvailable, initialization } of set.representations) {
      const name = `${period.id} ${set.id} ${id}`
      assert.ok(segments.length > 0, `${name} has no segment`)
      assert.ok(!isWholeWhenAvailable && initialization !== '')
      for (const [i, segment] of segments.entries()) {
        const after = segments[i + 1]
        assert.ok(segment.duration > 0, `${name}: ${segment.number} lasts ${segment.duration}`)
        assert.ok(Number.isSafeInteger(segment.time) && Number.isSafeInteger(segment.duration))
        if (after !== undefined) assert.equal(after.time, segment.time + segment.duration, `${name}: a hole behind ${segment.number}`)
        this.#checkSame(`${name} ${segment.number}`, { segment, wasLast: after === undefined && next === undefined }, i === 0)
      }
      const { time, duration } = segments.at(-1)!
      const endMs = period.startMs + ((time + duration - presentationTimeOffset) * 1000) / timescale
      const slackMs = set.contentType === 'video' ? 1 : overlapMs
      if (next !== undefined) assert.ok(endMs <= next.startMs + slackMs, `${name} reaches ${endMs - next.startMs} ms into the next period`)
    }
  }

  /** What was said of a number stays true; how long the newest one lasts is known in the end. */
  #checkSame(name: string, now: Told, isFirst: boolean): void {
    const before = this.#told.get(name)
    this.#told.set(name, now)
    if (before === undefined) return
    const { url, time, duration } = before.segment
    const moved = Math.abs(now.segment.time - time)
    assert.ok(moved === 0 || (before.wasLast && isFirst && moved < nominalTicks), `${name} was told at ${time} and at ${now.segment.time}`)
    assert.equal(now.segment.url, url)
    if (!before.wasLast) assert.equal(now.segment.duration, duration, `${name} was told to last otherwise`)
  }

  /** Old ones leave at the front; what is new comes at the end. */
  #checkWindow(mpd: ReadMpd, before: ReadMpd | null): void {
    const numbersOf = ({ periods }: ReadMpd): number[] =>
      periods.flatMap(({ sets }) => sets[0]!.representations[0]!.segments.map(({ number }) => number))
    const numbers = numbersOf(mpd)
    for (const [i, number] of numbers.slice(1).entries()) assert.ok(number > numbers[i]!, `number ${number} follows ${numbers[i]}`)
    if (before === null) return
    const old = numbersOf(before)
    assert.ok(numbers[0]! >= old[0]! && numbers.at(-1)! >= old.at(-1)!, `the window went from ${old} to ${numbers}`)
    const left = new Set(mpd.periods.map(({ id }) => id))
    const kept = before.periods.map(({ id }) => left.has(id))
    const firstKept = kept.indexOf(true)
    assert.ok(firstKept < 0 || !kept.slice(firstKept).includes(false), 'a period left that is not the oldest')
  }
}
