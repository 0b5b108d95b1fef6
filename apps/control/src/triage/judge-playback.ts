import type { TriageStep, Verdict, VerdictCode } from '@sluice/contract/api'
import { playbackLimits } from '@sluice/contract/playback'
import { judgePlayback as judge, sayVerdicts } from '@sluice/judge'
import { type Evidence, evidence, stepOf, stepVerdict, type TriageFacts } from './facts.ts'

const step = stepOf('playback')
const watchedCodes: readonly VerdictCode[] = ['segment-late', 'probe-failed', 'probe-missing', 'player-late']
/** What is bad before what is only not as it should be; else as they come. */
const worstFirst = (verdicts: readonly Verdict[]): Verdict[] =>
  verdicts.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))
const levels: readonly Verdict['level'][] = ['bad', 'warn', 'ok']

/** Stage 4: can the owned player page be watched? */
export function judgePlayback({ actual, stats, nowMs }: TriageFacts): TriageStep {
  const { playback } = stats
  if (actual === null || actual.state === 'idle') return step('idle', 'Nothing is on air.', [])
  // How old the newest segment is, and what probes see, only the watch knows: its verdicts are taken as they are.
  const watched = (playback?.verdicts ?? []).filter(({ code }) => watchedCodes.includes(code))
  const judged = sayVerdicts(judge({ nowMs, actual, stats: playback, segmentAgeMs: null }))
  const limits = playbackLimits(actual)
  /** What the sentence does not say already. */
  const limitFacts = (said: string): Evidence[] =>
    limits.filter(({ text }) => text !== said).map(({ kind, text }) => evidence(kind === 'audio' ? 'Sound' : 'Picture', text, true))
  const missing = judged.find(({ code }) => code === 'playlist-late')
  if (!actual.hlsReady) {
    const shown = [evidence('Playlist', 'not there yet', missing !== undefined)]
    if (missing === undefined) return step('idle', 'The first segments are being created.', shown)
    const cause = limits.find(({ mimeType }) => mimeType === null)
    if (cause === undefined) return step('trouble', missing.sentence, shown, missing.tryFirst)
    return step('trouble', `Viewers see nothing. ${cause.text}`, [...shown, ...limitFacts(cause.text)], cause.fix)
  }
  const shown: Evidence[] = [
    evidence('Viewers', String(playback?.viewers ?? 0)),
    evidence('Segment', `${((playback?.lastSegmentMs ?? 0) / 1000).toFixed(1)} s`),
  ]
  const worst = worstFirst([...watched, ...judged])[0]
  if (worst === undefined) return step('ok', 'The player page works.', shown)
  if (worst.code !== 'not-playable') return step(stepVerdict(worst), worst.sentence, shown, worst.tryFirst)
  const first = limits.find(({ mimeType }) => mimeType === null) ?? limits[0]!
  return step('watch', first.text, [...shown, ...limitFacts(first.text)], first.fix)
}
