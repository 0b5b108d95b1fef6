import { isoTime } from '@sluice/base/clock'
import { RecordingMetadata } from '@sluice/contract/api'
import { BroadcastFigures } from '@sluice/contract/link'
import type { RecordingFacts } from '@sluice/contract/transcoder'
import type { Database } from '../db/index.ts'
import type { RecordingRow } from '../services/recording/index.ts'
import type { Archive } from './rows.ts'

/** What an editor looks for in a recording. */
const chapterEvents = [
  ...['broadcast.started', 'broadcast.ended', 'source.switched', 'source.taken', 'slate.held', 'complaint.noted', 'playback.stalled'],
  ...['recording.started', 'recording.resumed', 'recording.interrupted', 'rollback.started', 'rollback.ended', 'output.failed'],
] as const
const maxChapters = 1000

/** All that is known of a recording which an archive keeps: its pieces and files, what happened meanwhile, and how its outputs did. */
export async function archiveOf(db: Database, row: RecordingRow, facts: RecordingFacts): Promise<Archive> {
  const endMs = row.ended_at_ms ?? row.seen_at_ms
  const events = await db
    .selectFrom('event')
    .select(['at_ms', 'name', 'message'])
    .where('channel_id', '=', row.channel_id)
    .where('at_ms', '>=', row.started_at_ms)
    .where('at_ms', '<=', endMs)
    .where('name', 'in', [...chapterEvents])
    .orderBy('seq')
    .limit(maxChapters)
    .execute()
  const broadcasts = await db
    .selectFrom('broadcast')
    .select('outputs')
    .where('channel_id', '=', row.channel_id)
    .where('started_at_ms', '<=', endMs)
    .where((eb) => eb.or([eb('ended_at_ms', 'is', null), eb('ended_at_ms', '>=', row.started_at_ms)]))
    .orderBy('started_at_ms')
    .execute()
  const outputs = broadcasts.flatMap(({ outputs: text }) => BroadcastFigures.shape.outputs.parse(JSON.parse(text)))
  return RecordingMetadata.omit({ recording: true }).parse({
    version: 1,
    pieces: facts.pieces.map(({ startedAtMs, ...piece }) => ({ ...piece, startedAt: isoTime(startedAtMs) })),
    tracks: facts.tracks,
    chapters: events.map(({ at_ms, name, message }) => ({
      ...{ atMs: placeOf(facts, at_ms), at: isoTime(at_ms), event: name, title: message },
    })),
    outputs: outputs.map(({ outputId, name, share }) => ({ outputId, name, share })),
    files: facts.files,
  })
}

/** Where in the recording a moment is; what happened in a hole is where the hole is. */
function placeOf({ pieces }: RecordingFacts, atMs: number): number {
  const piece = pieces.findLast(({ startedAtMs }) => startedAtMs <= atMs) ?? pieces[0]
  return piece === undefined ? 0 : piece.atMs + Math.min(piece.durationMs, Math.max(0, atMs - piece.startedAtMs))
}
