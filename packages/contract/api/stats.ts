import { z } from 'zod'
import { InputStats, OutputStats, PlaybackStats } from '../link/index.ts'

/** `GET /channels/{id}/stats`: figures of the last second, and `null` parts while no engine carries the channel. */
export const ChannelStats = z.object({
  channelId: z.string(),
  at: z.iso.datetime().nullable(),
  inputs: z.array(InputStats),
  outputs: z.array(OutputStats),
  playback: PlaybackStats.nullable(),
})
export type ChannelStats = z.infer<typeof ChannelStats>
