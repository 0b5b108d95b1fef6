import {
  adviceCodes,
  type VerdictCode,
  type VerdictLevel,
  type VerdictSubject,
  type VideoLimitOwner,
  verdictLevels,
} from '@sluice/contract/api'
import type { NoticeCode, NoticeMedia } from '@sluice/contract/link'
import type { OutputClass } from '@sluice/contract/policy'
import type { ProbeFaultCode, ProbeFormat } from '@sluice/contract/prober'

type NoticeFigures = { notice: NoticeCode; media: NoticeMedia; about: string }

/** What each verdict is judged by. A unit stands in each figure's name; `...Share` is 0..1. */
export type FiguresOf = {
  'no-video': Partial<NoticeFigures>
  'no-audio': Partial<NoticeFigures>
  'picture-black': object
  'picture-frozen': object
  'sound-silent': object
  notice: NoticeFigures
  'bitrate-drop': { nowBps: number; usualBps: number }
  pace: { paceShare: number }
  'frame-rate': { fps: number; declaredFps?: number }
  'keyframe-distance': { gopMs: number; wantedMs: number }
  'clock-jump': { jumps: number }
  'audio-mapping': { channels: number; channelsBefore: number }
  'keyframe-irregular': { shortestMs: number; longestMs: number }
  'keyframe-burst': { shortestMs: number; longestMs: number }
  'bitrate-over': { videoBps: number; limitBps: number; class: OutputClass; output: string; limitFrom: VideoLimitOwner }
  'bitrate-low': { videoBps: number; fromBps: number; toBps: number }
  'bitrate-high': { videoBps: number; fromBps: number; toBps: number }
  'video-codec': { codec: string }
  'audio-codec': { codec: string }
  'audio-low': { audioBps: number; fromBps: number; toBps: number }
  'audio-high': { audioBps: number; fromBps: number; toBps: number }
  gap: { gapMs: number }
  drop: { dropShare: number; way: 'in' | 'out' }
  loss: { lossShare: number; limitShare: number; way: 'in' | 'out' }
  rtt: { rttMedianMs: number; limitMs: number }
  headroom: { latencyMs: number; rttMedianMs: number; neededMs: number; way: 'in' | 'out' }
  contribution: { takesMs: number; budgetMs: number }
  'output-down': { state: string; reason: string; hint: string }
  'output-unknown': { since: string }
  'connect-slow': { waitingFor?: string }
  'handover-failed': { reason: string; hint: string }
  queue: { queueMs: number; boundMs: number }
  'target-under': { foundKbps: number; targetKbps: number; targetFrom: 'output' | 'source' }
  'limit-over': { foundKbps: number; limitKbps: number; limitFrom: VideoLimitOwner; class: OutputClass }
  'playlist-late': { waitedMs: number }
  'segment-late': { ageMs: number; segmentMs: number }
  'join-late': { gopMs: number }
  'probe-failed': { format: ProbeFormat; fault: ProbeFaultCode; [figure: string]: number | string }
  'probe-missing': { format: ProbeFormat; since: string }
  'player-late': { format: ProbeFormat; latencyMs: number }
  'output-unseen': { reason: string; detail: string; since: string }
  'not-playable': { kind: 'video' | 'audio'; text: string; fix: string }
}

/** What the judge says of one thing, before it is put into words. */
export type Judged = {
  [Code in VerdictCode]: {
    readonly subject: VerdictSubject
    readonly code: Code
    readonly level: VerdictLevel
    readonly figures: FiguresOf[Code]
  }
}[VerdictCode]

const rank = (level: VerdictLevel): number => verdictLevels.indexOf(level)

/** What is not ok, the worst first; among equals the order of judging, which is that of what hurts most. */
export const findings = <T extends { readonly level: VerdictLevel }>(judged: readonly T[]): T[] =>
  judged.filter(({ level }) => level !== 'ok').toSorted((a, b) => rank(b.level) - rank(a.level))

/** A recommendation that the source does not follow, not a fault: shown with the input and in preflight, never where trouble begins. */
export const isAdvice = ({ code }: { readonly code: VerdictCode }): boolean => adviceCodes.includes(code)
