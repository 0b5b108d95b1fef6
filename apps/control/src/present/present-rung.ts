import { isoTime } from '@sluice/base/clock'
import type { Picture, Rung } from '@sluice/contract/api'
import type { PictureRecord } from '../services/picture/index.ts'
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

export const presentPicture = ({ id, name, width, height, bytes, rungs, created_at_ms }: PictureRecord): Picture => ({
  ...{ id, name, width, height, bytes },
  rungs: rungs.map((rung) => rung.id),
  createdAt: isoTime(created_at_ms),
})
