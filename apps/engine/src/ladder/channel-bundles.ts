import type { Clock } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { ChannelSpec } from '@sluice/contract/link'
import type { SourceSwitch } from '@sluice/media/programme'
import type { ChannelConsumer, ChannelView } from '../channel/index.ts'
import { Bundle } from './bundle.ts'

/** An output that leaves goes on for so long where it is. */
const retireMs = 15_000

/** The bundles of rungs that outputs of one channel take. */
export class ChannelBundles implements ChannelConsumer {
  readonly #channel: ChannelView
  readonly #clock: Clock
  readonly #faults: Guard
  // bound: one an output that takes several tracks, and those that retire
  readonly #bundles = new Map<string, Bundle>()

  constructor(channel: ChannelView, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#channel = channel
    this.#clock = clock
    this.#faults = new Guard("a channel's bundles of rungs", log.child({ channelId: channel.channelId }))
  }

  setSpec({ bundles = [] }: Pick<ChannelSpec, 'bundles'>): void {
    const wanted = new Map(bundles.map((bundle) => [bundle.rungId, bundle]))
    for (const [rungId, bundle] of this.#bundles) {
      if (wanted.has(rungId) || bundle.retiresMs !== null) continue
      this.#channel.rungs.remove(rungId)
      bundle.retiresMs = this.#clock.nowMs() + retireMs
    }
    for (const spec of wanted.values()) {
      const known = this.#bundles.get(spec.rungId)
      if (known === undefined) {
        const bundle = new Bundle(spec, { clock: this.#clock, rungs: this.#channel.rungs, onFault: (error) => this.#faults.fault(error) })
        this.#bundles.set(spec.rungId, bundle)
        this.#channel.rungs.add(bundle.rung)
      } else if (known.retiresMs !== null) {
        known.retiresMs = null
        this.#channel.rungs.add(known.rung)
      }
    }
    for (const bundle of this.#bundles.values()) bundle.follow()
  }

  tick(nowMs: number): boolean {
    for (const [rungId, bundle] of this.#bundles) {
      if (bundle.retiresMs === null || (nowMs < bundle.retiresMs + bundle.rung.longestDelayMs && bundle.rung.memberCount > 0)) {
        bundle.tick(this.#channel.bytesPerSecond)
        continue
      }
      this.#bundles.delete(rungId)
      bundle.close()
    }
    return [...this.#bundles.values()].some(({ retiresMs }) => retiresMs !== null)
  }

  onSwitch({ to }: SourceSwitch): void {
    if (to === 'none') for (const bundle of this.#bundles.values()) bundle.idle()
  }

  actual(): object {
    return {}
  }

  stats(): object {
    return {}
  }

  close(): void {
    for (const [rungId, bundle] of this.#bundles) {
      if (bundle.retiresMs === null) this.#channel.rungs.remove(rungId)
      bundle.close()
    }
    this.#bundles.clear()
  }
}
