import { type InputRole, isInputRole } from '@sluice/base/words'
import type { Channel, Switches } from '@sluice/contract/api'
import type { Conformity } from '@sluice/contract/link'
import { elapsedMs, formatCount, formatSpan } from '../../ui/format/index.ts'

const fieldWords: Readonly<Record<Conformity['differences'][number]['field'], string>> = {
  video: 'video',
  audio: 'audio',
  videoCodec: 'video codec',
  profile: 'profile',
  size: 'resolution',
  fps: 'frame rate',
  gop: 'keyframe interval',
  audioCodec: 'audio codec',
  sampleRate: 'sample rate',
  channels: 'audio channels',
}

export type ConformityLine = {
  readonly tone: 'ok' | 'warn' | 'bad' | 'quiet'
  readonly text: string
  readonly differences: readonly string[]
}

/** Whether a backup matches the primary, since when, and where not; null while both were never seen side by side. */
export function conformityLine(conformity: Conformity | undefined, nowMs: number): ConformityLine | null {
  if (conformity === undefined || conformity.state === 'unknown') return null
  const { state, differences, since, lastComparedAt } = conformity
  const age =
    lastComparedAt !== null
      ? `, last compared ${formatSpan(elapsedMs(lastComparedAt, nowMs))} ago`
      : since === null
        ? ''
        : `, unchanged for ${formatSpan(elapsedMs(since, nowMs))}`
  const breaks = differences.some(({ effect }) => effect === 'breaks')
  const felt = differences.some(({ effect }) => effect !== 'none')
  return {
    tone: lastComparedAt !== null ? 'quiet' : breaks ? 'bad' : felt ? 'warn' : 'ok',
    text: `${state === 'alike' ? 'Matches the primary' : felt ? 'Does not match the primary' : 'Nearly matches the primary'}${age}`,
    differences: differences.map(({ field, primary, backup }) => `${fieldWords[field]}: ${backup}, primary ${primary}`),
  }
}

/** When the channel goes back to an input of a higher rank; null when one is on its way back or none is above the one on the air. */
export function holdLine(channel: Channel): string | null {
  if (!isInputRole(channel.source) || channel.source === 'primary' || channel.lock !== 'auto') return null
  if (channel.returnsAt !== null) return null
  const where = channel.source === 'backup' ? 'the primary' : 'a higher-priority input'
  return `Back to ${where} after ${formatSpan(channel.failover.holdMs)} without errors`
}

/** When this input goes back on air, counting down; null when it does not. */
export function returnLine(channel: Channel, role: InputRole, nowMs: number): string | null {
  if (channel.returnsAt === null || channel.returnsTo !== role) return null
  return `Back on air in ${Math.max(0, Math.ceil((Date.parse(channel.returnsAt) - nowMs) / 1000))} s if it stays clean`
}

/** Whether the channel can switch to an input now. */
export const canSwitchTo = (channel: Channel, role: InputRole): boolean =>
  channel.lock === 'auto' &&
  channel.source !== role &&
  channel.inputs.some((input) => input.role === role && !input.maintenance && input.actual?.state === 'receiving')

type Switch = Switches['items'][number]

/** What a switch did to the outputs: `no output affected`, `1 of 3 outputs affected`; null until that is known. */
export function effectWords({ outputs }: Pick<Switch, 'outputs'>): string | null {
  if (outputs === null || outputs.length === 0) return null
  const hurt = outputs.filter(({ reconnects, state }) => reconnects > 0 || state !== 'live').length
  return hurt === 0 ? 'no output affected' : `${hurt} of ${formatCount(outputs.length, 'output')} affected`
}

/** `2.51 s`, `12 ms`; a dash where there was nothing to measure. */
export function formatActivation(ms: number | null): string {
  if (ms === null) return '-'
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}

/** Causes that are more than one word of the engine's; the others read well as they are. */
const causeWords: Readonly<Record<string, string>> = {
  'no-key-frame': 'no keyframes',
  'bitrate-collapsed': 'bitrate collapsed',
  'time-stalled': 'timestamps stood still',
  'audio-lost': 'audio lost',
  black: 'black picture',
  frozen: 'frozen picture',
  'audio-silent': 'silent audio',
}

/** Why a switch was, in a few words. */
export const causeText = (cause: string): string => causeWords[cause] ?? cause
