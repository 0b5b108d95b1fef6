import { isContentFault, type ProbeFault, type ProbeFaultCode, type ProbeFormat, probeFaultCodes } from '@sluice/contract/prober'
import { levelOf } from './limit.ts'
import { commonLimits as limits } from './limits.ts'
import type { Judged } from './verdict.ts'

/** Bad looks within this span that make a fault: one may be a hiccup of the machine. */
const badLooks = { count: 2, withinMs: 20_000 }
/** Good looks in a row that end it. */
const goodLooks = 3
/** Without a look for so long nobody knows. */
const unknownMs = 10_000

/** One fault as it stands: since when, and what was seen last. */
export type StandingFault = ProbeFault & { readonly sinceMs: number }

/** What a series of looks comes to. `lookedMs`: when the last one came that counted; null: none did. */
export type ProbeStanding = {
  readonly lookedMs: number | null
  readonly sinceMs: number
  readonly fault: StandingFault | null
  /** The last one that is over. */
  readonly lastFault: (StandingFault & { readonly endedMs: number }) | null
  /** When the last looks were bad. */
  readonly badMs: readonly number[]
  readonly good: number
}

export const noProbe = (nowMs: number): ProbeStanding => ({
  lookedMs: null,
  sinceMs: nowMs,
  fault: null,
  lastFault: null,
  badMs: [],
  good: 0,
})

/** What changed with a look, for the log. */
export type ProbeChange = 'failed' | 'recovered' | null

/** The next standing after a look. A fault takes two bad looks and ends after three good ones. Pure. [PRB-02] */
export function nextProbe(
  before: ProbeStanding,
  faults: readonly ProbeFault[],
  nowMs: number,
): { standing: ProbeStanding; change: ProbeChange } {
  const looked = { ...before, lookedMs: nowMs, sinceMs: before.lookedMs === null ? nowMs : before.sinceMs }
  const worst = worstOf(faults)
  if (worst === null) {
    const good = before.good + 1
    if (before.fault === null || good < goodLooks)
      return { standing: { ...looked, good, badMs: good < goodLooks ? before.badMs : [] }, change: null }
    const lastFault = { ...before.fault, endedMs: nowMs }
    return { standing: { ...looked, sinceMs: nowMs, fault: null, lastFault, badMs: [], good }, change: 'recovered' }
  }
  const badMs = [...before.badMs.filter((ms) => nowMs - ms < badLooks.withinMs), nowMs].slice(-badLooks.count)
  if (before.fault !== null) {
    const fault = { ...worst, sinceMs: before.fault.sinceMs }
    return { standing: { ...looked, fault, badMs, good: 0 }, change: null }
  }
  if (badMs.length < badLooks.count) return { standing: { ...looked, badMs, good: 0 }, change: null }
  return { standing: { ...looked, sinceMs: nowMs, fault: { ...worst, sinceMs: badMs[0]! }, badMs, good: 0 }, change: 'failed' }
}

/** What was seen while the source changed or an engine came up is no ground for a fault; one that stands goes on standing. */
export const disturbed = (before: ProbeStanding, nowMs: number): ProbeStanding => ({ ...before, lookedMs: nowMs, badMs: [], good: 0 })

/** In the order of the contract's list: what explains most comes first. */
function worstOf(faults: readonly ProbeFault[]): ProbeFault | null {
  const rank = ({ code }: ProbeFault): number => probeFaultCodes.indexOf(code)
  return faults.reduce<ProbeFault | null>((worst, fault) => (worst === null || rank(fault) < rank(worst) ? fault : worst), null)
}

/** Whether nobody looks any more, though somebody should. */
export const isUnprobed = ({ lookedMs, sinceMs }: ProbeStanding, nowMs: number): boolean => nowMs - (lookedMs ?? sinceMs) > unknownMs

/** Viewers lose the show by most; by some they only see what may be meant so. */
export const faultLevel = (code: ProbeFaultCode): 'warn' | 'bad' =>
  isContentFault(code) || code === 'slow-answer' || code === 'policy-differs' ? 'warn' : 'bad'

/** What the probes of a channel come to. */
export type ProbeFacts = {
  readonly nowMs: number
  readonly formats: readonly { readonly format: ProbeFormat; readonly standing: ProbeStanding; readonly latencyMs: number | null }[]
}

/** What can be said of the player page from outside, what hurts most first. Pure. [PRB-02] [LAT-06] */
export function judgeProbes({ nowMs, formats }: ProbeFacts): Judged[] {
  const judged: Judged[] = []
  for (const { format, standing, latencyMs } of formats) {
    if (isUnprobed(standing, nowMs)) {
      const sinceMs = standing.lookedMs ?? standing.sinceMs
      judged.push({
        subject: 'playback',
        code: 'probe-missing',
        level: 'warn',
        figures: { format, since: new Date(sinceMs).toISOString() },
      })
      continue
    }
    if (standing.fault !== null) {
      const { code, figures } = standing.fault
      judged.push({ subject: 'playback', code: 'probe-failed', level: faultLevel(code), figures: { ...figures, format, fault: code } })
    }
    // The plain form is as late as its segments are long; that is its nature.
    if (format !== 'hls' && latencyMs !== null)
      judged.push({ subject: 'playback', code: 'player-late', level: levelOf(limits.player, latencyMs), figures: { format, latencyMs } })
  }
  return judged
}

/** What the far end shows of an output, at the address that the operator set. */
export type SeenFacts = { readonly nowMs: number; readonly standing: SeenStanding }
export type SeenStanding = {
  readonly lookedMs: number | null
  readonly sinceMs: number
  readonly isSeen: boolean | null
  readonly misses: number
  readonly fault: { readonly code: string; readonly detail: string } | null
  readonly behindMs: number | null
}

export const notLooked = (nowMs: number): SeenStanding => ({
  lookedMs: null,
  sinceMs: nowMs,
  isSeen: null,
  misses: 0,
  fault: null,
  behindMs: null,
})

/** Looks in a row that must fail: a platform's playlist may hang for a moment. */
const missesForUnseen = 2

/** The next standing after a look at an output's playback address. Pure. */
export function nextSeen(
  before: SeenStanding,
  look: { readonly seen: boolean; readonly behindMs: number | null; readonly fault: SeenStanding['fault'] },
  nowMs: number,
): { standing: SeenStanding; change: 'seen' | 'unseen' | null } {
  const misses = look.seen ? 0 : before.misses + 1
  const isSeen = look.seen ? true : misses >= missesForUnseen ? false : before.isSeen
  const isChange = isSeen !== before.isSeen
  const standing = {
    ...{ lookedMs: nowMs, sinceMs: isChange ? nowMs : before.sinceMs, isSeen, misses },
    ...{ fault: look.seen ? null : look.fault, behindMs: look.behindMs },
  }
  return { standing, change: !isChange ? null : isSeen === true ? 'seen' : 'unseen' }
}

export function judgeSeen({ standing: { isSeen, fault, sinceMs } }: SeenFacts): Judged[] {
  if (isSeen === null) return []
  const figures = { reason: fault?.code ?? '', detail: fault?.detail ?? '', since: new Date(sinceMs).toISOString() }
  return [{ subject: 'output', code: 'output-unseen', level: isSeen ? 'ok' : 'bad', figures }]
}
