import type { NewEvent } from '@sluice/contract/link'
import { sql } from 'kysely'
import type { Tx } from '../db/index.ts'
import type { Effect } from './context.ts'
import type { WriteContext } from './gate.ts'
import { type AuditNote, audit } from './write-audit.ts'

/** All that a write owes to others. What must not be forgotten has no default: an empty list or null says that there is nothing. */
export type Change = {
  /** Channels whose spec is another now: their revisions rise, and their engines are told. */
  readonly channels: readonly string[]
  readonly audit: AuditNote | readonly AuditNote[]
  /** What timelines show of it, in order; null: nothing. */
  readonly event: NewEvent | readonly NewEvent[] | null
  /** Channels that are new, or whose change concerns control alone: they are read again, and no engine does anything else. */
  readonly reread?: readonly string[]
  readonly also?: readonly Exclude<Effect, { type: 'event' | 'channel' }>[]
}

/** Records a change in its own transaction: who did it, which channels follow, and what is told once the transaction stands. */
export async function recordChange(tx: Tx, write: WriteContext, change: Change): Promise<void> {
  const { workspaceId } = write
  const channels = [...new Set(change.channels)]
  if (channels.length > 0) {
    await tx
      .updateTable('channel')
      .set({ revision: sql`revision + 1`, updated_at_ms: write.platform.clock.wallMs() })
      .where('id', 'in', channels)
      .execute()
  }
  for (const note of listOf(change.audit)) await audit(tx, write, note)
  for (const channelId of [...channels, ...(change.reread ?? [])]) write.note({ type: 'channel', workspaceId, channelId })
  for (const effect of change.also ?? []) write.note(effect)
  if (change.event !== null) recordEvents(write, change.event)
}

/** Tells timelines what nobody did: a time that has come, or an outcome that is known now. */
export function recordEvents(write: WriteContext, events: NewEvent | readonly NewEvent[]): void {
  for (const event of listOf(events)) write.note({ type: 'event', workspaceId: write.workspaceId, event })
}

/** Holds a channel's row until the end of the transaction: whoever else holds it waits, and what is read after this stands. */
export async function holdChannel(tx: Tx, channelId: string): Promise<void> {
  await tx.updateTable('channel').set({ revision: sql`revision` }).where('id', '=', channelId).execute()
}

const listOf = <T extends object>(one: T | readonly T[]): readonly T[] => (Array.isArray(one) ? one : [one as T])
