import { Channel, paths } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { plain } from '../show/text.ts'

/** `sluice broadcast end CHANNEL`: every output closes cleanly; asks first, unless told not to. */
export async function endBroadcast(context: Context, wanted: string, flags: { readonly yes?: boolean }): Promise<void> {
  const { api, io, show } = context
  const found = await findChannel(api, wanted)
  const name = plain(found.name)
  if (flags.yes !== true) {
    if (!io.stdinIsTty) throw usageError('the end of a show closes every output', 'Add --yes to skip the confirmation.')
    const question = `End '${name}'? Every output closes cleanly and viewers see the end page. [y/N] `
    if (!/^y(es)?$/i.test((await io.ask(question, false)).trim())) return
  }
  const channel = await api.post(paths.broadcastEnd(found.id), undefined, Channel)
  show(channel, () =>
    channel.ended === null
      ? `'${name}' is off air: there is no show to end.\n`
      : `${plain(channel.ended.by)} ended '${name}' at ${channel.ended.at}. Outputs stay closed until an encoder stops and starts again.\nUndo with: sluice broadcast start ${channel.id}\n`,
  )
}

/** `sluice broadcast start CHANNEL`: takes the end of the show back. */
export async function startBroadcast({ api, show }: Context, wanted: string): Promise<void> {
  const found = await findChannel(api, wanted)
  const channel = await api.post(paths.broadcastStart(found.id), undefined, Channel)
  show(channel, () => `The outputs of '${plain(channel.name)}' are open: they go live as soon as an encoder sends.\n`)
}

/** `sluice slate hold CHANNEL`: more time before the outputs close. */
export async function holdSlate({ api, show }: Context, wanted: string, flags: { readonly seconds: string }): Promise<void> {
  const seconds = Number(flags.seconds)
  if (!Number.isInteger(seconds) || seconds < 10 || seconds > 3600)
    throw usageError(`--seconds is '${flags.seconds}', not a whole number from 10 to 3600`)
  const found = await findChannel(api, wanted)
  const channel = await api.post(paths.slateHold(found.id), { seconds }, Channel)
  show(channel, () => `The slate of '${plain(channel.name)}' stays on for ${seconds} s longer, and so do the outputs that show it.\n`)
}
