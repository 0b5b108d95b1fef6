import type { ClipWorks } from './clips/index.ts'
import type { EventLog } from './events/index.ts'
import type { Reconciler } from './reconcile/index.ts'
import type { RecordingWorks } from './recordings/index.ts'
import type { Effect, Platform } from './services/index.ts'
import type { StreamHub } from './stream/index.ts'

type Parts = { events: EventLog; hub: StreamHub; reconciler: Reconciler; clips: ClipWorks; recordings(): RecordingWorks; onDue(): void }

/** What each effect of a committed verb sets in motion: a new consumer of one is a line here. */
const handlersFor = ({ events, hub, reconciler, clips, recordings, onDue }: Parts): Handlers => ({
  event: ({ workspaceId, event }) => events.note(workspaceId, event),
  channel: ({ channelId }) => void reconciler.channelChanged(channelId),
  gone({ workspaceId, channelId, kind, id }) {
    hub.gone(workspaceId, channelId, kind, id)
    if (kind === 'channel') void reconciler.channelChanged(channelId)
  },
  'clip-deleted': ({ clipId }) => clips.forget(clipId),
  'picture-deleted': ({ pictureId }) => clips.forgetPicture(pictureId),
  'recording-deleted': ({ recordingId }) => recordings().forget(recordingId),
  access: ({ actorId }) => hub.cutActor(actorId, 'the rights of the account changed'),
  'test-card': () => clips.testCardUsed(),
  due: onDue,
})

type Handlers = { readonly [Type in Effect['type']]: (effect: Extract<Effect, { type: Type }>) => void }

/** Effects for `Platform`. A commit resolves once the engines know what changed, or after two seconds: what an answer hands out then works, or says that it does not yet. */
export function applyEffects(parts: Parts): Pick<Platform, 'onCommitted' | 'onUnsure'> {
  const handlers = handlersFor(parts)
  const { reconciler, onDue } = parts
  return {
    async onCommitted(effects) {
      for (const effect of effects) handle(handlers, effect)
      if (effects.some(concernsEngines)) await reconciler.caughtUp()
    },
    onUnsure(effects) {
      for (const effect of effects) if ('channelId' in effect) void reconciler.channelChanged(effect.channelId)
      onDue()
    },
  }
}

/** The compiler can't see that the handler found by an effect's type takes that effect. */
const handle = <Type extends Effect['type']>(handlers: Handlers, effect: Extract<Effect, { type: Type }>): void =>
  handlers[effect.type as Type](effect)

const concernsEngines = (effect: Effect): boolean => effect.type === 'channel' || (effect.type === 'gone' && effect.kind === 'channel')
