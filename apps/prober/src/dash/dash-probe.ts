import { BoundedMap } from '@sluice/base/bounded'
import { parseMpd, type ReadMpd } from '@sluice/containers/mpd'
import type { ChannelTarget, ProbeFault } from '@sluice/contract/prober'
import { faultsOfAnswer } from '../answer-faults.ts'
import { Findings } from '../findings.ts'
import type { Got } from '../http/index.ts'
import { MediaRules } from '../media-rules.ts'
import { wait } from '../pace.ts'
import type { FormatLook, FormatProbe, ProbeParts } from '../probe-parts.ts'
import { ManifestRules, newestOf, type WholeSegment } from './manifest-rules.ts'

const maxManifestBytes = 2 * 1024 * 1024
const maxMediaBytes = 48 * 1024 * 1024
const limitMs = 10_000
const retryMs = 1000
/** Players ask again this often at least, whatever the manifest allows. */
const reloadMs = { least: 1000, most: 5000 }
const slowMs = 1500
/** A segment of two seconds, and what players keep. */
const stalledMs = 6000
const maxTracks = 16

type Followed = { readonly media: MediaRules; initialization: string | null; number: number; isFresh: boolean }

/** Plays a channel's DASH manifest: each version against the ones before, and the newest whole segment of picture and of each sound, best quality. */
export class DashProbe implements FormatProbe {
  readonly format = 'dash'
  readonly #url: string
  readonly #parts: ProbeParts
  readonly #findings = new Findings()
  readonly #abort = new AbortController()
  readonly #rules = new ManifestRules()
  /** By period, set and representation. */
  readonly #tracks = new BoundedMap<string, Followed>({ maxCount: maxTracks, whenFull: 'forget-oldest' })
  #mpd: ReadMpd | null = null
  #endMs = 0
  #newsMs: number

  constructor({ baseUrl }: ChannelTarget, parts: ProbeParts) {
    this.#url = new URL('manifest.mpd', baseUrl).href
    this.#parts = parts
    this.#newsMs = parts.clock.nowMs()
    void this.#run()
  }

  look(): FormatLook {
    const { clock, lag, pace } = this.#parts
    const mpd = this.#mpd
    const ageMs = clock.nowMs() - this.#newsMs
    if (mpd?.isDynamic === true && ageMs > stalledMs + reloadMs.least + 2 * pace.pauseMs && !lag.isLate)
      this.#add([{ code: 'stalled', figures: { ageMs: Math.round(ageMs) } }])
    const aimMs = mpd?.targetLatencyMs ?? mpd?.suggestedPresentationDelayMs ?? null
    const behindMs = mpd?.availabilityStartMs == null ? null : clock.wallMs() - mpd.availabilityStartMs - this.#endMs
    return {
      faults: this.#findings.take(clock.nowMs()),
      isPlaying: mpd !== null,
      behindEdgeMs: aimMs,
      glassMs: null,
      // A player keeps its aim, unless there is nothing so new.
      latencyMs: aimMs === null || behindMs === null ? null : Math.round(Math.max(aimMs, behindMs)),
    }
  }

  close(): void {
    this.#abort.abort()
  }

  async #run(): Promise<void> {
    const { clock, pace } = this.#parts
    while (!this.#abort.signal.aborted) {
      const mpd = await this.#manifest()
      if (mpd !== null) await this.#fetchNewest(mpd)
      const updateMs = mpd === null ? retryMs : Math.min(reloadMs.most, Math.max(reloadMs.least, mpd.minimumUpdatePeriodMs ?? 0))
      await wait(clock, updateMs)
      await pace.rest()
    }
  }

  async #manifest(): Promise<ReadMpd | null> {
    const got = await this.#get(this.#url, maxManifestBytes)
    if (this.#abort.signal.aborted) return null
    if (got.status !== 200) {
      this.#mpd = null
      this.#add(faultsOfAnswer(got, 'entry'))
      return null
    }
    const mpd = parseMpd(new TextDecoder().decode(got.bytes))
    if (mpd === null || mpd.availabilityStartMs === null) {
      this.#add([{ code: 'unreadable', figures: { what: 'entry', reason: 'it is no manifest that players read' } }])
      return null
    }
    this.#mpd = mpd
    this.#add(this.#rules.check(mpd))
    const endMs = Math.max(0, ...newestOf(mpd).map((newest) => newest.endMs))
    if (endMs !== this.#endMs) this.#newsMs = this.#parts.clock.nowMs()
    this.#endMs = endMs
    return mpd
  }

  async #fetchNewest(mpd: ReadMpd): Promise<void> {
    for (const { key, representation, whole } of newestOf(mpd)) {
      if (this.#abort.signal.aborted) return
      const before = this.#tracks.get(key)
      if (whole === null || before?.number === whole.number) continue
      const track = before ?? { media: new MediaRules(() => {}), initialization: null, number: -1, isFresh: true }
      this.#tracks.set(key, track)
      await this.#judge(track, representation.initialization, whole)
    }
  }

  async #judge(track: Followed, initialization: string, { number, url, durationMs }: WholeSegment): Promise<void> {
    if (track.initialization !== initialization) {
      const init = await this.#get(new URL(initialization, this.#url).href, maxMediaBytes)
      if (init.status !== 200) return this.#add(faultsOfAnswer(init, 'media'))
      this.#add(track.media.setInit(init.bytes))
      track.initialization = initialization
      track.isFresh = true
    }
    const got = await this.#get(new URL(url, this.#url).href, maxMediaBytes)
    if (this.#abort.signal.aborted) return
    const isNext = number === track.number + 1
    track.number = number
    if (got.status !== 200) {
      track.isFresh = true
      return this.#add(faultsOfAnswer(got, 'media'))
    }
    if (got.takenMs > slowMs && !this.#parts.lag.isLate) this.#add([{ code: 'slow-answer', figures: { takenMs: Math.round(got.takenMs) } }])
    const claim = { segment: number, durationS: durationMs / 1000, isIndependent: false, isFresh: track.isFresh || !isNext }
    this.#add(track.media.check(got.bytes, claim).faults)
    track.isFresh = false
  }

  #get(url: string, maxBytes: number): Promise<Got> {
    return this.#parts.getter.get(url, { maxBytes, limitMs, signal: this.#abort.signal })
  }

  #add(faults: readonly ProbeFault[]): void {
    if (!this.#abort.signal.aborted) this.#findings.add(faults, this.#parts.clock.nowMs())
  }
}
