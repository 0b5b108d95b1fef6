import { isoTime } from '@sluice/base/clock'
import type { PlaybackMark } from '@sluice/contract/api'
import type { EventName, StoredEvent } from '@sluice/contract/events'
import type { Database } from '../../db/index.ts'
import { toStoredEvent } from '../../events/index.ts'

/** Events that explain a viewer's complaint, and what stands for them on the time line. */
const kinds = {
  'complaint.noted': 'complaint',
  'source.switched': 'switch',
  'playback.stalled': 'stalls',
  'latency.breached': 'latency',
  'broadcast.started': 'show',
  'broadcast.ended': 'show',
} as const satisfies Partial<Record<EventName, PlaybackMark['kind']>>
type MarkName = keyof typeof kinds
const names = Object.keys(kinds) as MarkName[]

/** A complaint may be noted long after the show. */
const maxMarks = 500

/** What happened on a channel in a span of time, oldest first; complaints by the time that they are about. [EMB-06] */
export async function marksOf(db: Database, workspaceId: string, channelId: string, fromMs: number, toMs: number): Promise<PlaybackMark[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where('workspace_id', '=', workspaceId)
    .where('name', 'in', names)
    .where('at_ms', '>=', fromMs)
    .orderBy('seq')
    .limit(maxMarks)
    .execute()
  return rows
    .map(toStoredEvent)
    .map((event) => ({ at: timeOf(event), kind: kinds[event.name as MarkName], text: textOf(event) }))
    .filter(({ at }) => Date.parse(at) >= fromMs && Date.parse(at) <= toMs)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

const timeOf = ({ name, at, data }: StoredEvent): string =>
  name === 'complaint.noted' || name === 'playback.stalled' ? isoTime(Date.parse(String(data['at']))) : at
const textOf = ({ name, message, data }: StoredEvent): string => (name === 'complaint.noted' ? String(data['text']) : message)
