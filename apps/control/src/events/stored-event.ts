import { isoTime } from '@sluice/base/clock'
import type { StoredEvent } from '@sluice/contract/events'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { EventTable } from '../db/index.ts'

export type EventRow = Selectable<EventTable>

const Data = z.record(z.string(), z.unknown())

/** A row of the log as clients see it. Its id rises with time, so that a client can name the last one that it has. */
export const toStoredEvent = (row: EventRow): StoredEvent => ({
  id: String(row.seq),
  at: isoTime(row.at_ms),
  name: row.name,
  severity: row.severity,
  channelId: row.channel_id,
  subjectId: row.subject_id,
  message: row.message,
  data: Data.parse(JSON.parse(row.data)),
})
