import type { Channel } from '@sluice/contract/api'
import type { BoardRow } from './board.ts'
import type { DemoDestination } from './destinations.ts'

/** Below this something is missing on the way: the source has 30 frames a second. */
const leastFramesPerSecond = 25

/**
 * What was not as it had to be when the demo's time was over, in sentences; empty when all was. `ranMs` counts from the moment that
 * the destinations were live.
 */
export function judgeDemo(channel: Channel, rows: readonly BoardRow[], expected: readonly DemoDestination[], ranMs: number): string[] {
  const leastFrames = (ranMs / 1000) * leastFramesPerSecond
  const source =
    channel.state === 'live' && channel.source === 'primary' ? [] : [`the channel is ${channel.state} on source ${channel.source}`]
  const outputs = expected.flatMap((destination) => {
    const row = rows.find(({ output }) => output.name === destination.name)
    if (row === undefined) return [`there is no output '${destination.name}'`]
    const state = row.output.actual?.state ?? 'idle'
    if (state !== destination.expected) return [`'${destination.name}' is ${state}, not ${destination.expected}`]
    if (destination.expected === 'live' && row.received.videoFrames < leastFrames) {
      return [`'${destination.name}' got ${row.received.videoFrames} video frames, at least ${Math.round(leastFrames)} were due`]
    }
    return []
  })
  return [...source, ...outputs]
}
