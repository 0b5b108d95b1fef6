import { z } from 'zod'

/** What stands in when no input is left: a card with the channel's name (the default), the programme's last picture, or a clip. */
export const SlateChoice = z.union([z.enum(['name', 'last-picture']), z.uuid()])
export type SlateChoice = z.infer<typeof SlateChoice>

export const slateStates = ['off', 'waiting', 'preparing', 'ready', 'failed', 'unavailable'] as const

/** The slate of a channel as it was chosen, and what would be on the air if the last input went now. */
export const ChannelSlate = z.object({
  shows: z.enum(['name', 'last-picture', 'clip']),
  clipId: z.string().nullable(),
  /** `waiting`: for a programme, whose parameters it is made in. */
  state: z.enum(slateStates),
  now: z.enum(['nothing', 'last-picture', 'chosen']),
  /** Why `now` is not what was chosen, in one sentence. */
  reason: z.string().nullable(),
})
export type ChannelSlate = z.infer<typeof ChannelSlate>
