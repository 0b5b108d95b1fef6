import { playbackSteps } from '@sluice/contract/api'
import type { Insertable, Selectable } from 'kysely'
import type { PlaybackMinuteTable } from '../db/index.ts'
import type { Cell } from './figures.ts'

export type MinuteRow = Insertable<PlaybackMinuteTable>

export const toRow = (workspaceId: string, channelId: string, cell: Cell): MinuteRow => ({
  workspace_id: workspaceId,
  channel_id: channelId,
  broadcast_at_ms: cell.broadcastAtMs,
  at_ms: cell.atMs,
  rung: cell.rung,
  step: cell.step,
  viewers: cell.viewers,
  starts: cell.starts,
  exits: cell.exits,
  played_ms: Math.round(cell.playedMs),
  stalls: cell.stalls,
  stalled_ms: Math.round(cell.stalledMs),
  startup: JSON.stringify(cell.startup),
  latency: JSON.stringify(cell.latency),
  errors: JSON.stringify(cell.errors),
  reached: JSON.stringify(cell.reached),
})

type Kept = Omit<Selectable<PlaybackMinuteTable>, 'seq' | 'workspace_id' | 'channel_id'>

/** The columns are what `toRow` wrote. */
export const toCell = (row: Kept | MinuteRow): Cell => ({
  atMs: row.at_ms,
  broadcastAtMs: row.broadcast_at_ms ?? null,
  rung: row.rung,
  step: playbackSteps.find((step) => step === row.step) ?? 'other',
  viewers: row.viewers,
  starts: row.starts,
  exits: row.exits,
  playedMs: row.played_ms,
  stalls: row.stalls,
  stalledMs: row.stalled_ms,
  startup: JSON.parse(row.startup) as Cell['startup'],
  latency: JSON.parse(row.latency) as Cell['latency'],
  errors: JSON.parse(row.errors) as Cell['errors'],
  reached: JSON.parse(row.reached) as Cell['reached'],
})
