import { isInputRole, roleName } from '@sluice/base/words'
import type { Channel, ChannelStats } from '@sluice/contract/api'
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

/** When the show on the air began: by control, which knows it over lost engines; until it has said so by the engine, then by the source. */
export const showStart = (
  onAirSince: string | null,
  broadcast: ChannelStats['broadcast'],
  { since }: Pick<Channel, 'since'>,
): string | null => onAirSince ?? (broadcast === undefined || broadcast.endedAt !== null ? since : broadcast.startedAt)
