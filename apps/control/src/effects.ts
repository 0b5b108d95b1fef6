import type { Clock } from '@sluice/base/clock'
import type { ClipWorks } from './clips/index.ts'
import type { EventLog } from './events/index.ts'
import type { Reconciler } from './reconcile/index.ts'
import type { Effect } from './services/index.ts'
import type { StreamHub } from './stream/index.ts'

type Parts = { events: EventLog; hub: StreamHub; reconciler: Reconciler; clips: ClipWorks; jobs: { wake(): void }; clock: Clock }

/**
 * Sets in motion what a committed verb asked for: events are logged, engines and watchers are told. Resolves once the engines know what
 * changed, or after two seconds: what an answer hands out then works, or says that it does not yet.
 */
export async function applyEffects({ events, hub, reconciler, clips, jobs, clock }: Parts, effects: readonly Effect[]): Promise<void> {
  let concernsEngines = false
  for (const effect of effects) {
    if (effect.type === 'event') {
      const { severity = 'info', data = {}, ...event } = effect.event
      events.append({ ...event, severity, data, workspaceId: effect.workspaceId, atMs: clock.wallMs(), engine: null })
    } else if (effect.type === 'test-card') void clips.testCardUsed()
    else if (effect.type === 'clip') {
      if (effect.what === 'uploaded') void clips.convert(effect.clipId)
      else clips.forget(effect.clipId)
    } else if (effect.type === 'gone') {
      hub.gone(effect.workspaceId, effect.channelId, effect.kind, effect.id)
      if (effect.kind !== 'channel') continue
      void reconciler.channelChanged(effect.channelId)
      concernsEngines = true
    } else if (effect.type === 'due') jobs.wake()
    else {
      void reconciler.channelChanged(effect.channelId)
      concernsEngines = true
    }
  }
  if (concernsEngines) await reconciler.caughtUp()
}
