import { WireError } from '@sluice/base/errors'
import { readAmf0, writeAmf0 } from '@sluice/protocols/rtmp'
import type { SrtStats } from '@sluice/protocols/srt'

/** Name of the data message in which an engine that ends an SRT connection tells its figures to the engine that has the channel. */
const messageName = 'onSluiceSrtStats'

/** The body of an RTMP data message. */
export const writeRelayedStats = (stats: SrtStats): Uint8Array => writeAmf0([messageName, JSON.stringify(stats)])

/** The figures in a data message, or null when it is about something else. To be asked on the local relay socket alone: what comes there is our own. */
export function readRelayedStats(body: Uint8Array): SrtStats | null {
  try {
    const [name, text] = readAmf0(body)
    return name === messageName && typeof text === 'string' ? (JSON.parse(text) as SrtStats) : null
  } catch (error) {
    if (error instanceof WireError || error instanceof SyntaxError) return null
    throw error
  }
}
