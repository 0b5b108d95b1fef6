import type { Frame } from '@sluice/codecs/frame'
import { type LivePlaylist, type LiveSegment, parseLivePlaylist } from '@sluice/containers/m3u8'
import type { ProbeFault } from '@sluice/contract/prober'
import { faultsOfAnswer } from '../answer-faults.ts'
import { Findings } from '../findings.ts'
import type { Got } from '../http/index.ts'
import { type MediaClaim, MediaRules } from '../media-rules.ts'
import { wait } from '../pace.ts'
import type { ProbeParts, TakeFrame } from '../probe-parts.ts'
import { endNumber, type PlaylistRules } from './playlist-rules.ts'

/** `parts`: asks for each part as it comes. `segments`: reloads and fetches whole segments. `watch`: reloads alone, media is left where it is. */
export type PlayMode = 'parts' | 'segments' | 'watch'

export type RenditionOptions = {
  readonly url: string
  readonly mode: PlayMode
  /** What is known of the address, also from players before this one: its promises outlive them. */
  readonly rules: PlaylistRules
  readonly onFrame: TakeFrame
  /** It can't be played on: it has ended or went away. The entry playlist has to be asked again. */
  readonly onGone: () => void
}

const maxPlaylistBytes = 1024 * 1024
const maxMediaBytes = 48 * 1024 * 1024
const retryMs = 500
/** A file that is listed goes out at link speed. */
const slowMs = 1500
/** Players with a buffer of three parts run dry; a source that is silent is switched away from within 4 s. */
const stalledMs = 4000
/** A server may hold a reload for three target durations. */
const maxHeldTargets = 3
const answerSlackMs = 3000
/** More than that behind the edge is not fetched: we were late. */
const maxBehindParts = 8
/** Starts of segments that are kept to hold renditions against each other. */
const keptStarts = 8

/** Plays one media playlist without end, as a player does, and keeps what is wrong with it. */
export class RenditionPlayer {
  readonly #parts: ProbeParts
  readonly #options: RenditionOptions
  readonly #media: MediaRules
  readonly #findings = new Findings()
  readonly #abort = new AbortController()
  /** When the first frame of a segment is shown, by its number and the kind of track. */
  // bound: `keptStarts` segments, the oldest goes
  readonly #starts = new Map<number, ReadonlyMap<Frame['track']['kind'], number>>()
  #list: LivePlaylist | null = null
  #mapUri: string | null = null
  #isMapThere = false
  /** Where the next piece is: segment and part. */
  #next: { segment: number; part: number } | null = null
  #isFresh = true
  #newsMs: number
  #isLost = false

  constructor(parts: ProbeParts, options: RenditionOptions) {
    this.#parts = parts
    this.#options = options
    this.#media = new MediaRules(options.onFrame)
    this.#newsMs = parts.clock.nowMs()
  }

  get list(): LivePlaylist | null {
    return this.#list
  }
  get starts(): ReadonlyMap<number, ReadonlyMap<Frame['track']['kind'], number>> {
    return this.#starts
  }

  /** What was wrong since the last call. */
  takeFaults(): ProbeFault[] {
    const nowMs = this.#parts.clock.nowMs()
    const ageMs = nowMs - this.#newsMs
    const { lag, pace } = this.#parts
    if (this.#list !== null && !this.#list.isEnded && ageMs > this.#stalledMs() + 2 * pace.pauseMs && !lag.isLate)
      this.#add([{ code: 'stalled', figures: { ageMs: Math.round(ageMs) } }])
    return this.#findings.take(nowMs)
  }

  /** Resolves when it is closed, or gone. */
  async run(): Promise<void> {
    while (!this.#abort.signal.aborted && !this.#isLost) {
      await this.#turn()
      await this.#parts.pace.rest()
    }
  }

  close(): void {
    this.#abort.abort()
  }

  #stalledMs(): number {
    const targetMs = (this.#list?.promises.targetDurationS ?? 2) * 1000
    return this.#options.mode === 'parts' ? stalledMs : Math.max(stalledMs, 2.5 * targetMs)
  }

  async #turn(): Promise<void> {
    const { mode } = this.#options
    const before = this.#list
    const asked = mode === 'parts' && before !== null ? { segment: endNumber(before), part: before.open.parts.length } : null
    // As Apple's players do: both are answered in the moment when the part is there.
    const hint = asked === null ? null : (before?.hintUri ?? null)
    const [got, hinted] = await Promise.all([this.#ask(asked), hint === null ? null : this.#file(hint, 'held')])
    if (this.#abort.signal.aborted) return
    const list = this.#read(got)
    if (list === null) {
      await wait(this.#parts.clock, retryMs)
      return
    }
    this.#note(before, list, asked)
    await this.#fetchNew(list, hint === null ? null : { uri: hint, got: hinted })
    if (list.isEnded) return this.#leave()
    if (asked === null && mode !== 'parts') await wait(this.#parts.clock, this.#reloadMs(before, list))
  }

  #ask(asked: { segment: number; part: number } | null): Promise<Got> {
    const { getter } = this.#parts
    const targetMs = (this.#list?.promises.targetDurationS ?? 2) * 1000
    const limitMs = asked === null ? answerSlackMs : maxHeldTargets * targetMs + answerSlackMs
    const query = asked === null ? '' : `?_HLS_msn=${asked.segment}&_HLS_part=${asked.part}`
    return getter.get(this.#options.url + query, { maxBytes: maxPlaylistBytes, limitMs, signal: this.#abort.signal })
  }

  /** Null: no playlist came, and why is kept. */
  #read(got: Got): LivePlaylist | null {
    const faults = faultsOfAnswer(got, 'playlist')
    if (got.status !== 200) {
      // After three target durations without media; that it stalls is found by its age.
      if (got.status !== 503) this.#add(faults)
      if (got.status === 404) this.#leave()
      // Whatever was asked for, the next one asks for what is there.
      this.#list = got.status === 400 ? null : this.#list
      return null
    }
    try {
      return parseLivePlaylist(new TextDecoder().decode(got.bytes))
    } catch (error) {
      this.#add([{ code: 'unreadable', figures: { reason: error instanceof Error ? error.message.slice(0, 120) : '' } }])
      return null
    }
  }

  #note(before: LivePlaylist | null, list: LivePlaylist, asked: { segment: number; part: number } | null): void {
    this.#list = list
    const hasNews = before === null || edgeOf(list) !== edgeOf(before)
    if (hasNews) this.#newsMs = this.#parts.clock.nowMs()
    this.#add(this.#options.rules.check(list))
    if (asked === null || list.isEnded) return
    const isThere = endNumber(list) > asked.segment || list.open.parts.length > asked.part
    if (!isThere && !hasNews) this.#add([{ code: 'reload-unheld', figures: { segment: asked.segment, part: asked.part } }])
  }

  /** Twice as often where nothing new came. Spec: RFC 8216 §6.3.4 */
  #reloadMs(before: LivePlaylist | null, list: LivePlaylist): number {
    const targetMs = list.promises.targetDurationS * 1000
    return before !== null && edgeOf(before) === edgeOf(list) ? targetMs / 2 : targetMs
  }

  async #fetchNew(list: LivePlaylist, hinted: { uri: string; got: Got | null } | null): Promise<void> {
    if (this.#options.mode === 'watch') return
    if (this.#options.mode === 'segments') return this.#fetchSegment(list)
    for (const piece of this.#newParts(list)) {
      if (this.#abort.signal.aborted) return
      const isHinted = hinted !== null && sameName(hinted.uri, piece.part.uri)
      if (isHinted && hinted.got?.status === 404)
        this.#add([{ code: 'hint-broken', figures: { segment: piece.claim.segment, status: 404 } }])
      const ready = isHinted && hinted.got?.status === 200 ? hinted.got : null
      await this.#judge(piece.segment, piece.part.uri, piece.claim, { beginsSegment: piece.at === 0, ready })
    }
  }

  /** The newest whole segment that was not fetched yet. */
  async #fetchSegment(list: LivePlaylist): Promise<void> {
    const segment = list.segments.at(-1)
    const number = endNumber(list) - 1
    if (segment?.uri == null || segment.isGap || this.#next?.segment === number + 1) return
    const isFresh = this.#next?.segment !== number || segment.hasDiscontinuity
    this.#next = { segment: number + 1, part: 0 }
    const claim = { segment: number, durationS: segment.durationS, isIndependent: list.hasIndependentSegments, isFresh }
    await this.#judge(segment, segment.uri, claim, { beginsSegment: true, ready: null })
  }

  /** Parts that came since, oldest first; the newest alone where we begin or are far behind. */
  #newParts(list: LivePlaylist): Piece[] {
    const all: Piece[] = []
    const end = endNumber(list)
    const first = Math.max(list.mediaSequence, end - 2)
    for (let number = first; number <= end; number++) {
      const segment = number === end ? list.open : list.segments[number - list.mediaSequence]
      for (const [i, part] of (segment?.parts ?? []).entries()) {
        if (this.#next !== null && (number < this.#next.segment || (number === this.#next.segment && i < this.#next.part))) continue
        const mustBeKey = part.isIndependent || (i === 0 && list.hasIndependentSegments)
        const isFresh = i === 0 && segment!.hasDiscontinuity
        all.push({
          segment: segment!,
          part,
          at: i,
          claim: { segment: number, durationS: part.durationS, isIndependent: mustBeKey, isFresh },
        })
      }
    }
    const behind = this.#next === null || all.length > maxBehindParts ? all.slice(-1) : all
    if (behind.length < all.length) this.#isFresh = true
    const last = all.at(-1)
    if (last !== undefined) this.#next = { segment: last.claim.segment, part: last.at + 1 }
    return behind.filter(({ part }) => {
      if (part.isGap) this.#isFresh = true
      return !part.isGap
    })
  }

  async #judge(
    { mapUri }: LiveSegment,
    uri: string,
    claim: MediaClaim,
    { beginsSegment, ready }: { readonly beginsSegment: boolean; readonly ready: Got | null },
  ): Promise<void> {
    if (!(await this.#initialise(mapUri))) return
    const got = ready ?? (await this.#file(uri, 'listed'))
    if (this.#abort.signal.aborted) return
    if (got.status !== 200) {
      this.#add(faultsOfAnswer(got, 'media'))
      this.#isFresh = true
      return
    }
    const { faults, starts } = this.#media.check(got.bytes, { ...claim, isFresh: claim.isFresh || this.#isFresh })
    this.#isFresh = false
    this.#add(faults)
    if (beginsSegment && starts.size > 0) this.#keepStarts(claim, starts)
  }

  #keepStarts({ segment }: MediaClaim, starts: ReadonlyMap<Frame['track']['kind'], number>): void {
    this.#starts.set(segment, starts)
    for (const number of this.#starts.keys()) if (number <= segment - keptStarts) this.#starts.delete(number)
  }

  /** The init segment that a piece needs. False: it is not to be had. */
  async #initialise(mapUri: string | null): Promise<boolean> {
    if (mapUri === null || (mapUri === this.#mapUri && this.#isMapThere)) return true
    const got = await this.#file(mapUri, 'listed')
    if (this.#abort.signal.aborted) return false
    this.#mapUri = mapUri
    this.#isMapThere = got.status === 200
    if (got.status === 200) this.#add(this.#media.setInit(got.bytes))
    else this.#add(faultsOfAnswer(got, 'media'))
    return this.#isMapThere
  }

  async #file(uri: string, kind: 'listed' | 'held'): Promise<Got> {
    const { getter, lag } = this.#parts
    const targetMs = (this.#list?.promises.targetDurationS ?? 2) * 1000
    const limitMs = maxHeldTargets * targetMs + answerSlackMs
    const got = await getter.get(new URL(uri, this.#options.url).href, { maxBytes: maxMediaBytes, limitMs, signal: this.#abort.signal })
    if (kind === 'listed' && got.status === 200 && got.takenMs > slowMs && !lag.isLate)
      this.#add([{ code: 'slow-answer', figures: { takenMs: Math.round(got.takenMs) } }])
    return got
  }

  #leave(): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#options.onGone()
  }

  #add(faults: readonly ProbeFault[]): void {
    this.#findings.add(faults, this.#parts.clock.nowMs())
  }
}

type Piece = {
  readonly segment: LiveSegment
  readonly part: LiveSegment['parts'][number]
  readonly at: number
  readonly claim: MediaClaim
}

const edgeOf = (list: LivePlaylist): string => `${endNumber(list)} ${list.open.parts.length}`
const sameName = (a: string, b: string): boolean => a.split('/').at(-1) === b.split('/').at(-1)
