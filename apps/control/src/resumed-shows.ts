import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { ConfigStore } from './desired/index.ts'
import type { LiveState } from './observed/index.ts'
import { resumeBroadcast } from './services/broadcast/index.ts'
import { type Platform, systemContext } from './services/index.ts'

type Parts = { readonly platform: Platform; readonly live: LiveState; readonly configs: ConfigStore; readonly log: Logger }

/**
 * Takes the mark of an ended show away once the engine says that it holds no more. It is looked at with each report, so that a write that
 * fails is tried again.
 */
export class ResumedShows {
  readonly #parts: Parts
  // bound: one a channel, for as long as its write takes
  readonly #clearing = new Set<string>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  look(channelId: string): void {
    const { live, configs, platform, log } = this.#parts
    const no = live.channel(channelId)?.resumedNo
    if (no === undefined || configs.channelOf(channelId)?.ended_at_ms !== no || this.#clearing.has(channelId)) return
    this.#clearing.add(channelId)
    resumeBroadcast(systemContext(platform, configs.workspaceOf(channelId) ?? ''), channelId, no)
      .catch((error: unknown) => log.warn({ error: messageOf(error), channelId }, 'the mark of the ended show could not be cleared yet'))
      .finally(() => this.#clearing.delete(channelId))
  }
}
