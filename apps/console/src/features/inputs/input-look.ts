import type { Channel } from '@sluice/contract/api'
import { noticesInForce } from '@sluice/contract/link'
import {
  IconBroadcast,
  IconCircleOff,
  IconClockPause,
  IconDownload,
  IconPhoneCall,
  IconPlugConnected,
  IconRefreshAlert,
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

/** An input that calls its source and has none yet. */
function pullLook(state: 'calling' | 'connected' | 'backoff'): Look {
  return state === 'backoff'
    ? { tone: 'warn', word: 'Source not responding', Icon: IconRefreshAlert }
    : { tone: 'busy', word: 'Connecting to source', Icon: IconPhoneCall }
}
