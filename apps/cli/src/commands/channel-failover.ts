import { Channel, paths } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatFailover } from '../show/failover.ts'
import { readSlate } from './slate-flag.ts'
import { readTriggers, type TriggerFlags } from './trigger-flags.ts'

export type FailoverFlags = TriggerFlags & {
  readonly trigger?: string
  readonly hold?: string
  readonly slate?: string
  readonly override?: string
}

/** `sluice channel failover CHANNEL`: shows what applies, or sets it; `class` goes back to what the classes say. */
export async function channelFailover({ api, show, style }: Context, wanted: string, flags: FailoverFlags): Promise<void> {
  const triggers = readTriggers(flags)
  const failover = {
    ...(flags.trigger !== undefined && { triggerMs: readTime('--trigger', flags.trigger) }),
    ...(flags.hold !== undefined && { holdMs: readTime('--hold', flags.hold) }),
    ...(flags.slate !== undefined && { slate: readSlate(flags.slate) }),
    ...(Object.keys(triggers).length > 0 && { triggers }),
  }
  const override = flags.override === undefined ? {} : { override: { reason: flags.override } }
  const isEdit = Object.keys(failover).length > 0
  if (!isEdit && flags.override !== undefined)
    throw usageError('--override without a setting', 'Add the setting it is for: --trigger or --hold.')
  const found = await findChannel(api, wanted)
  const channel = isEdit ? Channel.parse(await (await api.send('PATCH', paths.channel(found.id), { failover, ...override })).json()) : found
  const { id, failover: holds, slate, overrides, violations } = channel
  show({ id, failover: holds, slate, overrides, violations }, () => formatFailover(channel, style))
}

function readTime(flag: string, text: string): number | null {
  if (text === 'class') return null
  if (/^\d+$/.test(text)) return Number(text)
  throw usageError(`${flag} is '${text}', not whole milliseconds or class`)
}
