import type { Channel, Output } from '@sluice/contract/api'
import type { SinkFigures, SinkServer } from './sink-server.ts'

/** One destination as the demo shows it: what Sluice says beside what the far end has really got. */
export type BoardRow = { readonly output: Output; readonly received: SinkFigures }

/** Outputs with the figures of their far ends; what has none here, as an output added in the console, is left out. */
export const toRows = (outputs: readonly Output[], sinks: ReadonlyMap<string, SinkServer>): BoardRow[] =>
  outputs.flatMap((output) => {
    const sink = sinks.get(output.id)
    return sink === undefined ? [] : [{ output, received: sink.figures }]
  })

const nameColumns = 14
const stateColumns = 11
const arrivedColumns = 32

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
  const arrived = `${received.videoFrames} frames, ${(received.bytes / 1_000_000).toFixed(1)} MB arrived`
  const reason = output.actual?.reason
  return `        ${output.name.padEnd(nameColumns)}${state.padEnd(stateColumns)}${arrived.padEnd(arrivedColumns)}${reason?.message ?? ''}`.trimEnd()
}
