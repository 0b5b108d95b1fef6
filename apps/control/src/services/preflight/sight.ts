import type { ProbeRequest, ProbeStep } from '@sluice/contract/link'
import type { SourceFacts } from '../../preflight/index.ts'
import type { LiveSight } from '../index.ts'

/** What preflight sees of the running world: the engines' last word, and a way to let one of them try a destination. */
export type Sight = {
  readonly live: LiveSight
  probe(channelId: string | null, request: Omit<ProbeRequest, 'probeId'>): Promise<ProbeStep[] | { notTried: string }>
}

/** The input that is on the air and its figures; null while nothing is. */
export function sourceOf(live: LiveSight, channelId: string): SourceFacts | null {
  const input = live.channel(channelId)?.inputs.find((candidate) => candidate.onAir)
  if (input === undefined) return null
  return { input, stats: live.stats(channelId).inputs.find((stats) => stats.inputId === input.inputId) ?? null }
}

/** An input that an encoder is connected to while nothing is on the air; null when nobody is. */
export function connectedOf(live: LiveSight, channelId: string): SourceFacts | null {
  const inputs = live.channel(channelId)?.inputs ?? []
  const input = inputs.find(({ state }) => state !== 'waiting')
  if (input === undefined || inputs.some(({ onAir }) => onAir)) return null
  return { input, stats: live.stats(channelId).inputs.find((stats) => stats.inputId === input.inputId) ?? null }
}
