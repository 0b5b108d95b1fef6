import { CreatedGuestLink, GuestLink, paths } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel, pick } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatTable } from '../show/table.ts'
import { plain } from '../show/text.ts'
import { readSpanMs, readTime } from '../show/time.ts'

export type InviteFlags = { readonly for?: string; readonly until?: string; readonly class?: string; readonly max?: string }

/** `sluice guest add CHANNEL NAME`: prints the link, this once. */
export async function inviteGuest({ api, show, nowMs }: Context, wanted: string, name: string, flags: InviteFlags): Promise<void> {
  if (flags.for !== undefined && flags.until !== undefined) throw usageError('use --for or --until, not both')
  const expiresAt =
    flags.until === undefined ? new Date(nowMs + readSpanMs('--for', flags.for ?? '24h')).toISOString() : readTime('--until', flags.until)
  const channel = await findChannel(api, wanted)
  const body = { name, expiresAt, maxOutputs: Number(flags.max ?? 1), ...(flags.class === undefined ? {} : { class: flags.class }) }
  const link = await api.post(paths.channelGuestLinks(channel.id), body, CreatedGuestLink)
  show(
    link,
    () => `${link.url}\nFor '${plain(link.name)}' on '${plain(channel.name)}' until ${link.expiresAt}. This link is not shown again.\n`,
  )
}

/** `sluice guest list CHANNEL`: ended links too. */
export async function listGuests({ api, show }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const links = await api.list(paths.channelGuestLinks(channel.id), GuestLink)
  show(links, () =>
    links.length === 0
      ? `No guests on '${plain(channel.name)}' yet.\n`
      : formatTable(
          ['guest', 'state', 'outputs', 'class', 'until', 'id'].map((head) => ({ head })),
          links.map((link) => [plain(link.name), link.state, `${link.outputs}/${link.maxOutputs}`, link.class, link.expiresAt, link.id]),
        ),
  )
}

/** `sluice guest revoke CHANNEL GUEST`: asks first, because the guest's outputs end. */
export async function revokeGuest(context: Context, wanted: string, guest: string, flags: { yes?: boolean }): Promise<void> {
  const { api, io, show } = context
  const channel = await findChannel(api, wanted)
  const links = await api.list(paths.channelGuestLinks(channel.id), GuestLink)
  const active = links.filter((link) => link.state === 'active')
  const link = pick('guest', guest, active.some((one) => one.name === guest) ? active : links)
  const name = plain(link.name)
  if (flags.yes !== true) {
    if (!io.stdinIsTty) throw usageError('revoking a link ends its outputs', 'Add --yes to skip the confirmation.')
    const answer = await io.ask(`Revoke the link of '${name}'? This ends ${link.outputs} outputs. [y/N] `, false)
    if (!/^y(es)?$/i.test(answer.trim())) return
  }
  const revoked = GuestLink.parse(await (await api.send('DELETE', paths.guestLink(link.id))).json())
  show(revoked, () => `The link of '${name}' is ${revoked.state}. Outputs ended: ${link.outputs}.\n`)
}
