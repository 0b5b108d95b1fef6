import type { Recording } from '@sluice/contract/api'
import { formatTable } from './table.ts'
import { plain } from './text.ts'
import { formatBytes, formatSpan } from './units.ts'

/** Newest first, as the API lists them. */
export const formatRecordings = (recordings: readonly Recording[]): string =>
  formatTable(
    [{ head: 'recording' }, { head: 'state' }, { head: 'length' }, { head: 'size' }, { head: 'missing' }, { head: 'kept' }, { head: 'id' }],
    recordings.map(({ id, name, state, durationMs, bytes, lostMs, pinned, deletesAt, problem }) => [
      plain(name),
      state === 'recording' && problem !== null ? 'interrupted' : state,
      formatSpan(durationMs),
      formatBytes(bytes),
      lostMs === 0 ? '-' : formatSpan(lostMs),
      pinned ? 'pinned' : deletesAt === null ? 'for good' : `until ${deletesAt.slice(0, 10)}`,
      id,
    ]),
  )

/** What it is now, in one sentence. */
export function formatRecording({ name, channelName, state, durationMs, lostMs, problem }: Recording): string {
  const missing = lostMs === 0 ? '' : `, ${formatSpan(lostMs)} missing`
  const why = problem === null ? '' : ` ${problem.message}`
  return `'${plain(name)}' of '${plain(channelName)}' is ${state}: ${formatSpan(durationMs)}${missing}.${plain(why)}\n`
}
