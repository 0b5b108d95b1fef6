import type { ChannelActual, PlaybackStats } from '@sluice/contract/link'
import { playbackLimits } from '@sluice/contract/playback'
import { levelOf } from './limit.ts'
import { commonLimits as limits } from './limits.ts'
import type { Judged } from './verdict.ts'

export type PlaybackFacts = {
  readonly nowMs: number
  readonly actual: Pick<ChannelActual, 'state' | 'since' | 'hlsReady' | 'playback'>
  /** Null: no figures of it. */
  readonly stats: Pick<PlaybackStats, 'lastSegmentMs'> | null
  /** Since the newest segment; null: none was seen. */
  readonly segmentAgeMs: number | null
}

/** Shorter segments are judged by this length: the second that figures are apart would count for too much. */
const shortestMs = 2400

/** What can be said of the player page, what hurts most first. Pure. [OBS-05] */
export function judgePlayback({ nowMs, actual, stats, segmentAgeMs }: PlaybackFacts): Judged[] {
  if (actual.state === 'idle') return []
  const waitedMs = nowMs - Date.parse(actual.since)
  const judged: Judged[] = []
  if (!actual.hlsReady) {
    judged.push({ subject: 'playback', code: 'playlist-late', level: levelOf(limits.playlist, waitedMs), figures: { waitedMs } })
  } else if (stats !== null) {
    const { lastSegmentMs } = stats
    if (segmentAgeMs !== null) {
      const level = levelOf(limits.segmentAge, segmentAgeMs / Math.max(shortestMs, lastSegmentMs))
      judged.push({
        subject: 'playback',
        code: 'segment-late',
        level,
        figures: { ageMs: segmentAgeMs, segmentMs: lastSegmentMs },
      })
    }
    const gopMs = actual.playback?.longGopMs ?? 0
    judged.push({ subject: 'playback', code: 'join-late', level: levelOf(limits.join, gopMs), figures: { gopMs } })
  }
  for (const { kind, text, fix } of playbackLimits(actual)) {
    judged.push({ subject: 'playback', code: 'not-playable', level: 'warn', figures: { kind, text, fix } })
  }
  return judged
}
