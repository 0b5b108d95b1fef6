import { PlayerLook, PlayerStart } from '@sluice/contract/api'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { PlayerTable, Reader } from '../../db/index.ts'
import { notFound } from '../index.ts'

export type PlayerRow = Selectable<PlayerTable>
export type PlayerRecord = Omit<PlayerRow, 'sites' | 'look' | 'start'> & { sites: string[]; look: PlayerLook; start: PlayerStart }

export const plainLook: PlayerLook = { title: null, text: null, accent: null, background: null, logo: true }
export const usualStart: PlayerStart = { autoplay: true, muted: true, maxHeight: null }
const Sites = z.array(z.string())

/** A row with its columns read; what an older version did not write is as usual. */
export const toPlayer = (row: PlayerRow): PlayerRecord => ({
  ...row,
  sites: Sites.parse(JSON.parse(row.sites)),
  look: PlayerLook.parse({ ...plainLook, ...JSON.parse(row.look) }),
  start: PlayerStart.parse({ ...usualStart, ...JSON.parse(row.start) }),
})

/** The player, or NOT_FOUND: for other workspaces' ids too. */
export async function playerRecord(db: Reader, workspaceId: string, id: string): Promise<PlayerRecord> {
  const row = await db.selectFrom('player').selectAll().where('id', '=', id).where('workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('player', id)
  return toPlayer(row)
}
