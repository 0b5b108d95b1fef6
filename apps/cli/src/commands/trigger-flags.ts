import type { FailoverPatch } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'

/** Which faults of an input's media count, as they are written. */
export type TriggerFlags = {
  readonly missingKeys?: string
  readonly lowBitrate?: string
  readonly stalledTime?: string
  readonly lostAudio?: string
  readonly black?: string
  readonly frozen?: string
  readonly silent?: string
}

/** The triggers that were named, and no others. Throws a usage error for what is no value. */
export function readTriggers(flags: TriggerFlags): NonNullable<FailoverPatch['triggers']> {
  const { missingKeys, lowBitrate, stalledTime, lostAudio, black, frozen, silent } = flags
  return {
    ...(missingKeys !== undefined && { noKeyFrame: readSwitch('--missing-keys', missingKeys) }),
    ...(lowBitrate !== undefined && { bitrateShare: readCount('--low-bitrate', 'percent', lowBitrate) / 100 }),
    ...(stalledTime !== undefined && { timeStall: readSwitch('--stalled-time', stalledTime) }),
    ...(lostAudio !== undefined && { audioLoss: readSwitch('--lost-audio', lostAudio) }),
    ...(black !== undefined && { blackMs: readCount('--black', 'milliseconds', black) }),
    ...(frozen !== undefined && { freezeMs: readCount('--frozen', 'milliseconds', frozen) }),
    ...(silent !== undefined && { silenceMs: readCount('--silent', 'milliseconds', silent) }),
  }
}

function readSwitch(flag: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on'
  throw usageError(`${flag} is '${text}', not on or off`)
}

function readCount(flag: string, unit: string, text: string): number {
  if (text === 'off') return 0
  if (/^\d+$/.test(text)) return Number(text)
  throw usageError(`${flag} is '${text}', not whole ${unit} or off`)
}
