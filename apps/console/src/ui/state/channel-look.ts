import { isInputRole, roleName } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { IconBroadcast, IconPhotoExclamation, IconPlayerPauseFilled, IconSwitch3 } from '@tabler/icons-react'
import { type Look, unknownLook } from './output-look.ts'

/**
 * The channel as a whole. On backup or slate it is on the air, and yet somebody has to look at the primary input; while its engine is
 * silent nobody knows whether it is.
 */
export function channelLook(channel: Channel): Look {
  if (channel.engine?.state === 'silent') return unknownLook
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

/** Why an idle channel is idle: no encoder is there, or one is and sends nothing that can go on the air. */
export function waitingLine({ inputs }: Pick<Channel, 'inputs'>): string {
  return inputs.some(({ actual }) => actual?.state === 'connected') ? 'Encoder connected, no usable media' : 'Waiting for an encoder'
}

/** What to say above everything else while the engine reports nothing; null while it does. */
export function silenceSentence({ engine }: Channel, agoText: (since: string) => string): string | null {
  if (engine === null || engine.silentSince === null) return null
  return `No report from the engine for ${agoText(engine.silentSince)}. This page is out of date, and the show may be off the air. Check the load on the machine. Sluice restarts an engine that hangs.`
}
