import type { Channel } from '@sluice/contract/api'

type Slate = Channel['slate']

const chosen: Readonly<Record<Slate['shows'], string>> = { name: "the channel's name", 'last-picture': 'the last picture', clip: 'a clip' }

/** What was chosen, in a few words. `clipName`: of the clip that is shown, when it is known. */
export const slateShows = ({ shows }: Slate, clipName: string | undefined): string =>
  shows === 'clip' && clipName !== undefined ? clipName : chosen[shows]

/** What would be on the air if the last input went now, where that is not what was chosen; null where it is. */
export function slateNow({ now, state, reason }: Slate): { text: string; isTroubled: boolean } | null {
  if (state === 'off' || now === 'chosen' || reason === null) return null
  const isTroubled = state === 'failed' || state === 'unavailable'
  return { text: `If all inputs failed now, the slate would be the last picture: ${reason}.`, isTroubled }
}
