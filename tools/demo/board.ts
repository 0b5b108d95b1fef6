import type { Channel, Output } from '@sluice/contract/api'
import type { SinkFigures } from './sink-server.ts'

/** One destination as the demo shows it: what Sluice says beside what the far end has really got. */
export type BoardRow = { readonly output: Output; readonly received: SinkFigures }

const nameColumns = 14
const stateColumns = 11

/** The lines that show where everything stands. */
export function formatBoard(channel: Channel, rows: readonly BoardRow[], elapsedMs: number): string[] {
  const seconds = Math.floor(elapsedMs / 1000)
  return [
    `${String(seconds).padStart(4)} s  source ${channel.source === 'none' ? 'not yet there' : `live (${channel.source})`}`,
    ...rows.map(formatRow),
  ]
}

function formatRow({ output, received }: BoardRow): string {
  const state = output.actual?.state ?? 'idle'
  const megabytes = (received.bytes / 1_000_000).toFixed(1)
  const reason = output.actual?.reason
  const why = reason ? `  ${reason.message}` : ''
  return `        ${output.name.padEnd(nameColumns)}${state.padEnd(stateColumns)}${`${received.videoFrames} frames, ${megabytes} MB there`.padEnd(28)}${why}`
}
