import { isoTime } from '@sluice/base/clock'
import type { Rung } from '@sluice/contract/api'
import { readWish } from '../services/plan/index.ts'
import type { RungRecord } from '../services/rung/index.ts'

export const presentRung = (row: RungRecord): Rung => ({
  id: row.id,
  channelId: row.channel_id,
  name: row.name,
  ...readWish(row),
  outputs: row.outputs.map(({ id }) => id),
  createdAt: isoTime(row.created_at_ms),
})
