import { isoTime } from '@sluice/base/clock'
import type { ChannelRecording, Recording } from '@sluice/contract/api'
import type { ChannelActual } from '@sluice/contract/link'
import type { LiveState } from '../observed/index.ts'
import type { ChannelRow } from '../services/channel/index.ts'
import type { RecordingRow } from '../services/recording/index.ts'

const dayMs = 24 * 60 * 60_000

/** A recording; one that runs with its figures of now. */
export function presentRecording(live: LiveState, row: RecordingRow): Recording {
  const isNow = row.state === 'recording' && live.channel(row.channel_id)?.recording?.recordingId === row.id
  const now = isNow ? live.stats(row.channel_id).recording : undefined
  const figures = now?.recordingId === row.id ? now : { durationMs: row.duration_ms, bytes: row.bytes, lostMs: row.lost_ms }
  const stored = row.problem_code === null ? null : { code: row.problem_code, message: row.problem ?? '' }
  const keptMs = row.keep_days === null || row.pinned || row.ended_at_ms === null ? null : row.ended_at_ms + row.keep_days * dayMs
  return {
    id: row.id,
    channelId: row.channel_id,
    channelName: row.channel_name,
    name: row.name,
    state: row.state,
    startedBy: row.started_by,
    startedAt: isoTime(row.started_at_ms),
    endedAt: isoTime(row.ended_at_ms),
    endedBy: row.ended_by,
    durationMs: figures.durationMs,
    bytes: figures.bytes,
    lostMs: figures.lostMs,
    problem: isNow ? (live.channel(row.channel_id)?.recording?.problem ?? null) : stored,
    pinned: row.pinned,
    deletesAt: isoTime(keptMs),
  }
}

/** What a channel records now, and what it is to record. */
export function presentChannelRecording(live: LiveState, channel: ChannelRow, actual: ChannelActual | null): ChannelRecording {
  const { recording_mode: mode, recording_keep_days: keepDays } = channel
  const now = actual?.recording
  if (now === undefined) return { mode, keepDays, now: null }
  const { recordingId, state, startedAt, problem } = now
  const figures = live.stats(channel.id).recording
  const { durationMs, bytes, lostMs } = figures?.recordingId === recordingId ? figures : { durationMs: 0, bytes: 0, lostMs: 0 }
  return { mode, keepDays, now: { recordingId, state, startedAt, problem, durationMs, bytes, lostMs } }
}
