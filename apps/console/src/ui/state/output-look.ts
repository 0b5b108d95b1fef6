import type { Output } from '@sluice/contract/api'
import {
  type Icon,
  IconAlertTriangleFilled,
  IconBan,
  IconBroadcast,
  IconCircleXFilled,
  IconClockPause,
  IconHelpCircle,
  IconPlayerStopFilled,
  IconPlugConnected,
  IconRefresh,
} from '@tabler/icons-react'
import type { Tone } from './tone.ts'

export type OutputStateName = NonNullable<Output['actual']>['state']

/** How a state looks and reads: never colour alone, always an icon and a word too. */
export type Look = { readonly tone: Tone; readonly word: string; readonly Icon: Icon }

export const outputLooks: Readonly<Record<OutputStateName, Look>> = {
  idle: { tone: 'quiet', word: 'Waiting', Icon: IconClockPause },
  connecting: { tone: 'busy', word: 'Connecting', Icon: IconPlugConnected },
  live: { tone: 'ok', word: 'Live', Icon: IconBroadcast },
  stalled: { tone: 'warn', word: 'Stalled', Icon: IconAlertTriangleFilled },
  backoff: { tone: 'warn', word: 'Retrying', Icon: IconRefresh },
  stopped: { tone: 'quiet', word: 'Stopped', Icon: IconPlayerStopFilled },
  disabled: { tone: 'bad', word: 'Disabled', Icon: IconBan },
  failed: { tone: 'bad', word: 'Failed', Icon: IconCircleXFilled },
}

/** While no engine carries an output, what is wanted of it is all that is known. */
export function outputStateName(output: Output): OutputStateName {
  return output.actual?.state ?? (output.desired === 'stopped' ? 'stopped' : 'idle')
}

/** While the engine is silent: what something did when it was last heard of is no state of now. */
export const unknownLook: Look = { tone: 'bad', word: 'Unknown', Icon: IconHelpCircle }

export const outputLook = (output: Output): Look => {
  const state = outputStateName(output)
  return output.staleSince !== null && state !== 'stopped' ? unknownLook : outputLooks[state]
}
