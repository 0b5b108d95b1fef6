import { isoTime } from '@sluice/base/clock'
import type { GuestOutput, GuestView } from '@sluice/contract/api'
import type { Reader } from '../../db/index.ts'
import type { LiveSight } from '../index.ts'
import type { GuestVisit } from './visit.ts'
import { guestWords } from './words.ts'

export type GuestOutputRow = {
  id: string
  name: string
  desired: string
  platform: string
  url: string
  key_hint: string | null
  destination_id: string
}

/** The outputs of one link, oldest first. */
export const guestOutputRows = (db: Reader, linkId: string): Promise<GuestOutputRow[]> =>
  db
    .selectFrom('output')
    .innerJoin('destination', 'destination.id', 'output.destination_id')
    .select([
      'output.id',
      'output.name',
      'output.desired',
      'output.destination_id',
      'destination.platform',
      'destination.url',
      'destination.key_hint',
    ])
    .where('destination.guest_link_id', '=', linkId)
    .orderBy('output.id')
    .execute()

export const toGuestOutput = (row: GuestOutputRow, live: LiveSight): GuestOutput => ({
  id: row.id,
  name: row.name,
  platform: row.platform,
  url: row.url,
  keyHint: row.key_hint,
  ...guestWords(row.desired, live.output(row.id)),
})

/** All that a guest sees. */
export async function viewAsGuest({ ctx, link, channelName }: GuestVisit, live: LiveSight): Promise<GuestView> {
  const { db, catalogue } = ctx.platform
  const rows = await guestOutputRows(db, link.id)
  return {
    guest: link.name,
    channel: channelName,
    expiresAt: isoTime(link.expires_at_ms),
    maxOutputs: link.max_outputs,
    outputs: rows.map((row) => toGuestOutput(row, live)),
    platforms: catalogue.entries.filter((entry) => entry.canPush).map(({ id, name, servers }) => ({ id, name, servers })),
  }
}
