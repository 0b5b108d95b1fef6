import type { SourceSight } from '../../services/channel/index.ts'
import type { App } from '../app.ts'

/** What verbs that act on a running source see of the engines. */
export const sourceSight = ({ presenter, reconciler }: App): SourceSight => ({
  live: presenter.live,
  command: (channelId, command) => reconciler.command(channelId, command),
})
