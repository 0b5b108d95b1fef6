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
    else this.#count.run(this.#outputs.all)
  }

  onOver(): void {
    const figures = this.#count.end(this.#outputs.all)
    if (figures !== null) this.#channel.tellEvent(broadcastEvent(this.#channel.channelId, figures))
  }

  close(): void {}
}
