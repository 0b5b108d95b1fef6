import type { OutputSpec } from '@sluice/contract/link'
import type { SourceSwitch } from '@sluice/media/programme'
import type { ChannelConsumer, ChannelFigures, ChannelView } from '../channel/index.ts'
import { type BroadcastCount, broadcastEvent } from './broadcast.ts'
import type { ChannelOutputs } from './channel-outputs.ts'

/** The publish success of a channel's broadcast: begins with the first media, and is told with the end of the show. [OUT-09] */
export class BroadcastFigure implements ChannelConsumer {
  readonly #channel: ChannelView
  readonly #count: BroadcastCount
  readonly #outputs: ChannelOutputs

  constructor(channel: ChannelView, count: BroadcastCount, outputs: ChannelOutputs) {
    this.#channel = channel
    this.#count = count
    this.#outputs = outputs
  }

  setSpec(): void {}

  tick(): boolean {
    return false
  }

  actual(): Record<string, never> {
    return {}
  }

  stats(nowMs: number): Pick<ChannelFigures, 'broadcast'> {
    const broadcast = this.#count.read(this.#outputs.all, nowMs)
    return broadcast === null ? {} : { broadcast }
  }

  onSwitch({ to }: SourceSwitch): void {
    if (to === 'none') this.#count.pause()
    else if (this.#count.run(this.#outputs.all)) this.#begin()
  }

  onOver(): void {
    const figures = this.#count.end(this.#outputs.all)
    if (figures !== null) this.#channel.tellEvent(broadcastEvent(this.#channel.channelId, figures, this.#channel.endedBy))
  }

  close(): void {}

  /** What a guardrail switched off in the last broadcast is tried again in this one; what a person stopped stays stopped. */
  #begin(): void {
    const { channelId } = this.#channel
    const rearmed = this.#outputs.all.filter((output) => output.rearmDisabled()).map(({ spec }) => spec)
    const data = { startedAt: this.#count.startedAt, rearmed: rearmed.map(({ outputId }) => outputId) }
    this.#channel.tellEvent({
      name: 'broadcast.started',
      severity: 'info',
      channelId,
      subjectId: null,
      message: startedWords(rearmed),
      data,
    })
    for (const { outputId, name } of rearmed) {
      const message = `${name} was disabled in an earlier broadcast: it is re-armed for this one`
      this.#channel.tellEvent({ name: 'output.rearmed', severity: 'info', channelId, subjectId: outputId, message })
    }
  }
}

function startedWords(rearmed: readonly OutputSpec[]): string {
  if (rearmed.length === 0) return 'A new broadcast begins'
  const what = rearmed.length === 1 ? rearmed[0]!.name : `${rearmed.length} outputs`
  return `A new broadcast begins. Re-armed after a guardrail had disabled ${rearmed.length === 1 ? 'it' : 'them'}: ${what}`
}
