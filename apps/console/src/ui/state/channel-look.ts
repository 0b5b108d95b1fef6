import type { Channel } from '@sluice/contract/api'
import { isInputRole, roleName } from '@sluice/contract/link'
import { IconBroadcast, IconHelpCircle, IconPhotoExclamation, IconPlayerPauseFilled, IconSwitch3 } from '@tabler/icons-react'
import type { Look } from './output-look.ts'

/**
 * The channel as a whole. On backup or slate it is on the air, and yet somebody has to look at the primary input; while its engine is
 * silent nobody knows whether it is.
 */
export function channelLook(channel: Channel): Look {
  if (channel.engine?.state === 'silent') return { tone: 'bad', word: 'Not known', Icon: IconHelpCircle }
  if (channel.state === 'idle') return { tone: 'quiet', word: 'Idle', Icon: IconPlayerPauseFilled }
  if (channel.source === 'slate') return { tone: 'bad', word: 'Slate', Icon: IconPhotoExclamation }
  if (isInputRole(channel.source) && channel.source !== 'primary' && channel.lock !== channel.source) {
    return { tone: 'warn', word: `On ${roleName(channel.source)}`, Icon: IconSwitch3 }
  }
  return { tone: 'ok', word: 'Live', Icon: IconBroadcast }
}

/** The outputs of a channel in words: `3 live, 1 in trouble, 1 off`. */
export function outputsSummary({ total, live, troubled }: Channel['outputs']): string {
  if (total === 0) return 'No outputs yet'
  const rest = total - live - troubled
  const parts = [live > 0 && `${live} live`, troubled > 0 && `${troubled} in trouble`, rest > 0 && `${rest} not sending`]
  return parts.filter((part) => part !== false).join(', ')
}

/** What to say above everything else while the engine reports nothing; null while it does. */
export function silenceSentence({ engine }: Channel, agoText: (since: string) => string): string | null {
  if (engine === null || engine.silentSince === null) return null
  return `The engine has reported nothing for ${agoText(engine.silentSince)}: states and figures are from before, and the show may be off the air. It is started again if it hangs. Check the load of the machine.`
}
