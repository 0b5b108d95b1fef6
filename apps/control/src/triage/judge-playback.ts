import type { TriageStep } from '@sluice/contract/api'
import { playbackLimits } from '@sluice/contract/playback'
import { ageMs, type Evidence, evidence, stepOf, type TriageFacts } from './facts.ts'

const step = stepOf('playback')
/** A first segment needs a whole GOP and a playlist three of them. */
const startMs = 20_000
const longSegmentMs = 6000

/** Stage 4: can the owned player page be watched? */
export function judgePlayback(facts: TriageFacts): TriageStep {
  const { actual, stats, nowMs } = facts
  const { playback } = stats
  if (actual === null || actual.state === 'idle') return step('idle', 'Nothing is on the air.', [])
  const limits = playbackLimits(actual)
  const worst = limits.find(({ mimeType }) => mimeType === null) ?? limits[0]
  /** What the sentence does not say already. */
  const limitFacts = (said: (typeof limits)[number]): Evidence[] =>
    limits.filter((limit) => limit !== said).map(({ kind, text }) => evidence(kind === 'audio' ? 'Sound' : 'Picture', text, true))
  if (!actual.hlsReady) {
    const isLate = ageMs(actual.since, nowMs) > startMs
    const shown = [evidence('Playlist', 'not there yet', isLate)]
    if (worst !== undefined && worst.mimeType === null && isLate) {
      return step('trouble', `Viewers see nothing. ${worst.text}`, [...shown, ...limitFacts(worst)], worst.fix)
    }
    if (!isLate) return step('idle', 'The first segments are being made.', shown)
    return step(
      'trouble',
      'The channel is live, but the player page has no playlist yet.',
      shown,
      'Check the source’s codec and key frames: segments begin at key frames.',
    )
  }
  const shown: Evidence[] = [
    evidence('Viewers', String(playback?.viewers ?? 0)),
    evidence('Segment', `${((playback?.lastSegmentMs ?? 0) / 1000).toFixed(1)} s`, (playback?.lastSegmentMs ?? 0) > longSegmentMs),
  ]
  if (playback !== null && playback.lastSegmentMs > longSegmentMs) {
    const sentence = `Segments are ${(playback.lastSegmentMs / 1000).toFixed(1)} s long: players start late and far behind.`
    return step(
      'watch',
      sentence,
      shown,
      'Set the encoder’s key frame interval to 2 s; for complaints beyond that look at the players’ buffer and quality steps.',
    )
  }
  if (worst !== undefined) return step('watch', worst.text, [...shown, ...limitFacts(worst)], worst.fix)
  return step('ok', 'The player page has what it needs.', shown)
}
