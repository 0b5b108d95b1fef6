import { Channel, paths, SourceLock } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { plain } from '../show/text.ts'

/** `sluice source CHANNEL auto|primary|backup`: pins the source to one input, or lets Sluice choose again. */
export async function setSource({ api, show }: Context, wanted: string, lockText: string): Promise<void> {
  const lock = SourceLock.safeParse(lockText)
  if (!lock.success) throw usageError(`'${lockText}' is not ${SourceLock.options.join(', ')}`)
  const found = await findChannel(api, wanted)
  const channel = await api.post(paths.channelSource(found.id), { lock: lock.data }, Channel)
  const name = plain(channel.name)
  const rule = channel.lock === 'auto' ? `Sluice chooses the source of '${name}'` : `The source of '${name}' is locked to ${channel.lock}`
  show(channel, () => `${rule} (on the air when asked: ${found.source}).\n`)
}
