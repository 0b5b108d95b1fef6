import type { Channel } from '@sluice/contract/api'
import { noticesInForce } from '@sluice/contract/link'
import {
  IconBroadcast,
  IconCircleOff,
  IconCircleX,
  IconClockPause,
  IconDownload,
  IconLock,
  IconPhoneCall,
  IconPlugConnected,
  IconRefreshAlert,
  IconShieldCheck,
  IconTool,
} from '@tabler/icons-react'
import { type Look, unknownLook } from '../../ui/state/index.ts'

export type Input = Channel['inputs'][number]

/** The state of one input. Receiving and on air are different things: a warm backup receives and is not on air. */
export function inputLook(input: Input, engine: Channel['engine']): Look {
  if (!input.enabled) return { tone: 'quiet', word: 'Off', Icon: IconCircleOff }
  if (engine?.state === 'silent') return unknownLook
  const actual = input.actual
  if (actual?.state === 'waiting' && actual.pull) return pullLook(actual.pull.state)
  if (actual === null || actual.state === 'waiting') return { tone: 'quiet', word: 'Waiting', Icon: IconClockPause }
  if (input.maintenance) {
    return { tone: 'quiet', word: actual.onAir ? 'On air, maintenance' : 'In maintenance', Icon: IconTool }
  }
  if (actual.state === 'connected') {
    const isUnusable = noticesInForce(actual.notices).length > 0
    return {
      tone: isUnusable ? 'warn' : 'busy',
      word: isUnusable ? 'Connected, no usable media' : 'Connected, no media yet',
      Icon: IconPlugConnected,
    }
  }
  return actual.onAir
    ? { tone: 'ok', word: 'On air', Icon: IconBroadcast }
    : { tone: 'busy', word: 'Receiving, standby', Icon: IconDownload }
}

/** Nobody has connected to it since the engine started, and nothing is to be played: an address, and no more. */
export const neverSent = ({ actual, pull, clip }: Input): boolean =>
  pull === null &&
  clip === null &&
  (actual === null || (actual.state === 'waiting' && actual.lastProblem === null && actual.encoder === null))

/** The same for a card: a word, and what a lock or a loss makes of it. */
export function shortLook(look: Look, input: Input, channel: Pick<Channel, 'lock' | 'state'>): Look {
  const { actual } = input
  if (look.word === 'Receiving, standby') {
    const isLockedOut = channel.lock !== 'auto' && channel.lock !== input.role
    return isLockedOut ? { tone: 'quiet', word: 'Locked out', Icon: IconLock } : { tone: 'busy', word: 'Ready', Icon: IconShieldCheck }
  }
  if (look.word === 'Waiting' && actual?.lastProblem != null)
    return channel.state === 'live'
      ? { tone: 'bad', word: 'Down', Icon: IconCircleX }
      : { tone: 'quiet', word: 'Closed', Icon: IconCircleOff }
  return { ...look, word: shortWords[look.word] ?? look.word }
}

const shortWords: Readonly<Record<string, string>> = {
  'On air, maintenance': 'Maintenance',
  'In maintenance': 'Maintenance',
  'Connected, no usable media': 'No media',
  'Connected, no media yet': 'Connected',
  'Source not responding': 'No answer',
  'Connecting to source': 'Calling',
}

/** An input that calls its source and has none yet. */
function pullLook(state: 'calling' | 'connected' | 'backoff'): Look {
  return state === 'backoff'
    ? { tone: 'warn', word: 'Source not responding', Icon: IconRefreshAlert }
    : { tone: 'busy', word: 'Connecting to source', Icon: IconPhoneCall }
}
