import type { ChannelRecording, Recording } from '@sluice/contract/api'
import { formatBytes, formatClock, formatDate, formatSpan } from '../../ui/format/index.ts'

/** Length and size, and what is missing or wrong. */
export function recordingFacts({ durationMs, bytes, lostMs, problem, state }: Recording): string {
  const facts = [formatClock(durationMs), formatBytes(bytes)]
  if (problem !== null && state !== 'ready') return [...(state === 'failed' ? [] : facts), problem.message].join(' · ')
  if (lostMs > 0) facts.push(`${formatSpan(lostMs)} missing`)
  return facts.join(' · ')
}

/** How long it stays. */
export function keptWords({ pinned, deletesAt, state }: Recording): string {
  if (pinned) return 'Pinned: never deleted'
  if (state === 'recording' || state === 'finishing') return ''
  return deletesAt === null ? 'Kept for good' : `Deleted on ${formatDate(deletesAt)}`
}

/** What the switch means for the shows to come. */
export function keepWords({ mode, keepDays }: ChannelRecording): string {
  const kept =
    keepDays === null ? 'Recordings are kept for good' : `Recordings are deleted after ${keepDays} ${keepDays === 1 ? 'day' : 'days'}`
  const what = mode === 'always' ? 'Every broadcast is recorded from its first picture on' : 'Nothing is recorded until you press Record'
  return `${what}. ${kept}, unless you pin them.`
}

/** `1:30` as milliseconds; null: no position. */
export function readPositionMs(text: string): number | null {
  if (!/^(\d+:){0,2}\d+(\.\d+)?$/.test(text.trim())) return null
  return Math.round(
    text
      .trim()
      .split(':')
      .reduce((sum, part) => sum * 60 + Number(part), 0) * 1000,
  )
}
