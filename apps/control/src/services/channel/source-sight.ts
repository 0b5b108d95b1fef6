import type { ChannelActual, SourceCommand } from '@sluice/contract/link'
import { ProblemError } from '../index.ts'

/** What verbs that act on a running source need besides the database. */
export type SourceSight = {
  readonly live: { channel(channelId: string): ChannelActual | null }
  /** False: no engine carries the channel now. */
  command(channelId: string, command: SourceCommand): boolean
}

/** The channel as its engine reports it. Throws SOURCE_NOT_READY while none does. */
export function requireActual({ live }: SourceSight, channelId: string): ChannelActual {
  const actual = live.channel(channelId)
  if (actual === null) throw notReady('no engine carries the channel at the moment')
  return actual
}

export const notReady = (why: string): ProblemError => new ProblemError('SOURCE_NOT_READY', `Not possible at the moment: ${why}.`)
