import type { Channel, Switches } from '@sluice/contract/api'
import { elapsedMs, formatSpan } from '../../ui/format/index.ts'

type Conformity = NonNullable<Channel['conformity']>

const fieldWords: Readonly<Record<Conformity['differences'][number]['field'], string>> = {
  video: 'video',
  audio: 'audio',
  videoCodec: 'video codec',
  profile: 'profile',
  size: 'picture size',
  fps: 'frame rate',
  gop: 'key frame distance',
  audioCodec: 'audio codec',
  sampleRate: 'sample rate',
  channels: 'audio channels',
}

export type ConformityLine = {
  readonly tone: 'ok' | 'warn' | 'bad' | 'quiet'
  readonly text: string
  readonly differences: readonly string[]
}

/** Whether the backup matches the primary, since when, and where not; null while both were never seen side by side. */
export function conformityLine(conformity: Channel['conformity'], nowMs: number): ConformityLine | null {
  if (conformity === null || conformity.state === 'unknown') return null
  const { state, differences, since, lastComparedAt } = conformity
  const age =
    lastComparedAt !== null
      ? `, last compared ${formatSpan(elapsedMs(lastComparedAt, nowMs))} ago`
      : since === null
        ? ''
        : `, for ${formatSpan(elapsedMs(since, nowMs))}`
  const breaks = differences.some(({ effect }) => effect === 'breaks')
  const felt = differences.some(({ effect }) => effect !== 'none')
  return {
    tone: lastComparedAt !== null ? 'quiet' : breaks ? 'bad' : felt ? 'warn' : 'ok',
    text: `${state === 'alike' ? 'The backup matches the primary' : felt ? 'The backup does not match the primary' : 'The backup nearly matches the primary'}${age}`,
    differences: differences.map(({ field, primary, backup }) => `${fieldWords[field]}: ${backup}, primary ${primary}`),
  }
}

/** When the primary has the air back, in words; null when it is not on its way. */
export function holdLine(channel: Channel, nowMs: number): string | null {
  if (channel.source !== 'backup' || channel.lock !== 'auto') return null
  if (channel.returnsAt === null) return `The primary returns once it was clean for ${formatSpan(channel.failover.holdMs)}`
  return `The primary returns in ${Math.max(0, Math.ceil((Date.parse(channel.returnsAt) - nowMs) / 1000))} s if it stays clean`
}

/** The input that can be taken to the air now, if there is one. */
export function takeable(channel: Channel): 'primary' | 'backup' | null {
  const found = channel.inputs.find(({ role, actual }) => role !== channel.source && actual?.state === 'receiving')
  return channel.lock === 'auto' && found !== undefined ? found.role : null
}

type Switch = Switches['items'][number]

/** What a switch did to the outputs: `no output noticed`, `1 of 3 outputs reconnected`; null until that is known. */
export function effectWords({ outputs }: Switch): string | null {
  if (outputs === null || outputs.length === 0) return null
  const hurt = outputs.filter(({ reconnects, state }) => reconnects > 0 || state !== 'live').length
  return hurt === 0 ? 'no output noticed' : `${hurt} of ${outputs.length} outputs felt it`
}

/** `2.51 s`, `12 ms`; a dash where there was nothing to measure. */
export function formatActivation(ms: number | null): string {
  if (ms === null) return '-'
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}
