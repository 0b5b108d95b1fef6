import { roleName } from '@sluice/base/words'
import { Channel, paths } from '@sluice/contract/api'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { parseLock } from '../role.ts'
import { plain } from '../show/text.ts'

/** `sluice source CHANNEL auto|ROLE`: pins the source to one input, or lets Sluice choose again. */
export async function setSource({ api, show }: Context, wanted: string, lockText: string): Promise<void> {
  const lock = parseLock(lockText)
  const found = await findChannel(api, wanted)
  const channel = await api.post(paths.channelSource(found.id), { lock }, Channel)
  const name = plain(channel.name)
  const rule =
    channel.lock === 'auto' ? `The source of '${name}' is on auto` : `The source of '${name}' is locked to ${roleName(channel.lock)}`
  show(channel, () => `${rule} (on air at the time: ${roleName(found.source)}).\n`)
}
