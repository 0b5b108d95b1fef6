import type { ChannelStats } from '@sluice/contract/api'
import type { ChannelActual, NewEvent } from '@sluice/contract/link'

/** Who is told that a clip or slate is ready or failed: the event log. */
export type ClipNews = { note(workspaceId: string | null, event: NewEvent): void }

/** What is on the air, as far as a slate goes by it. */
export type SlateLive = { channel(channelId: string): ChannelActual | null; stats(channelId: string): ChannelStats }
