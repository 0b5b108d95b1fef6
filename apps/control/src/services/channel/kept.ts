import type { ChannelRecord } from './records.ts'

/**
 * Channels as control holds them in memory, for reads. `undefined`: a commit changed what was asked for and it was not read again yet, so
 * the database has to say. What a caller was answered is never taken back by a later read.
 */
export type KeptChannels = {
  /** Null: the workspace has none of that id. */
  one(workspaceId: string, id: string): ChannelRecord | null | undefined
  /** Up to `count` of the workspace after the id `after`, by id. */
  page(workspaceId: string, after: string | undefined, count: number): ChannelRecord[] | undefined
}
