import { z } from 'zod'
import { Broadcast, InputStats, OutputStats, PlaybackStats, ProcessingTimes } from '../link/index.ts'

/** `GET /channels/{id}/stats`: figures of the last second, and `null` parts while no engine carries the channel. */
export const ChannelStats = z.object({
  channelId: z.string(),
  at: z.iso.datetime().nullable(),
  inputs: z.array(InputStats),
  outputs: z.array(OutputStats),
  playback: PlaybackStats.nullable(),
  /** Publish success of the present broadcast, or of the last one. */
  broadcast: Broadcast.optional(),
  processing: ProcessingTimes.optional(),
})
export type ChannelStats = z.infer<typeof ChannelStats>
