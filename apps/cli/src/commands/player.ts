import { type PatchPlayerBody, PlaybackMark, PlaybackStats, Player, pageOf, paths } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import type { ApiClient } from '../client/api-client.ts'
import { findChannel, pick } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatPlayback, formatPlayer, formatPlayers } from '../show/player.ts'
import { plain } from '../show/text.ts'

export type PlayerFlags = {
  readonly name?: string
  readonly site?: readonly string[]
  readonly title?: string
  readonly text?: string
  readonly accent?: string
  readonly background?: string
  readonly logo?: string
  readonly autoplay?: string
  readonly muted?: string
  readonly maxHeight?: string
}

const playersOf = async (api: ApiClient, channelId: string): Promise<Player[]> =>
  (await api.get(paths.channelPlayers(channelId), pageOf(Player))).items

async function findPlayer(api: ApiClient, channel: string, wanted: string): Promise<Player> {
  const { id } = await findChannel(api, channel)
  return pick('player', wanted, await playersOf(api, id))
}

/** `sluice player list CHANNEL` */
export async function listPlayers({ api, show }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const players = await playersOf(api, channel.id)
  show(players, () =>
    players.length === 0
      ? `'${plain(channel.name)}' has no players of its own yet. Its page: ${channel.playback.page}\n`
      : formatPlayers(players),
  )
}

/** `sluice player show CHANNEL PLAYER` */
export async function showPlayer({ api, show }: Context, channel: string, wanted: string): Promise<void> {
  const player = await findPlayer(api, channel, wanted)
  show(player, () => formatPlayer(player))
}

/** `sluice player add CHANNEL NAME` */
export async function addPlayer({ api, show }: Context, wanted: string, name: string, flags: PlayerFlags): Promise<void> {
  const channel = await findChannel(api, wanted)
  const player = await api.post(paths.channelPlayers(channel.id), { ...withFlags(flags), name }, Player)
  show(player, () => `Created player '${plain(player.name)}' on '${plain(channel.name)}'.\n\n${formatPlayer(player)}`)
}

/** `sluice player edit CHANNEL PLAYER` */
export async function editPlayer({ api, show }: Context, channel: string, wanted: string, flags: PlayerFlags): Promise<void> {
  const { id } = await findPlayer(api, channel, wanted)
  const player = await api.patch(paths.player(id), withFlags(flags), Player)
  show(player, () => `Changed player '${plain(player.name)}'. Pages that are open keep what they have.\n`)
}

/** `sluice player rm CHANNEL PLAYER` */
export async function removePlayer(
  { api, show, io }: Context,
  channel: string,
  wanted: string,
  { yes = false }: { readonly yes?: boolean },
): Promise<void> {
  const player = await findPlayer(api, channel, wanted)
  if (!yes) {
    if (!io.stdinIsTty) throw usageError('pages that embed the player lose the picture', 'Add --yes to skip the confirmation.')
    const answer = await io.ask(`Delete player '${plain(player.name)}'? Every page that embeds it loses the picture. [y/N] `, false)
    if (!/^y(es)?$/i.test(answer.trim())) return
  }
  await api.delete(paths.player(player.id))
  show({ id: player.id, deleted: true }, () => `Deleted player '${plain(player.name)}'.\n`)
}

/** `sluice playback CHANNEL` */
export async function playback({ api, show }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const stats = await api.get(paths.channelPlaybackStats(channel.id), PlaybackStats)
  show(stats, () => formatPlayback(stats, channel.name))
}

/** `sluice complaint CHANNEL TEXT` */
export async function noteComplaint({ api, show }: Context, wanted: string, text: string, { at }: { readonly at?: string }): Promise<void> {
  const channel = await findChannel(api, wanted)
  const atMs = at === undefined ? null : Date.parse(at)
  if (atMs !== null && Number.isNaN(atMs)) throw usageError(`--at is '${at}', not a time`, 'For example 2026-03-01T18:00:00Z')
  const body = { text, ...(atMs === null ? {} : { at: new Date(atMs).toISOString() }) }
  const mark = await api.post(paths.channelComplaints(channel.id), body, PlaybackMark)
  show(mark, () => `Noted at ${mark.at}. It stands in the timeline of '${plain(channel.name)}'.\n`)
}

/** Only what was named; an empty text goes back to what the channel says. */
function withFlags({ name, site, title, text, accent, background, logo, autoplay, muted, maxHeight }: PlayerFlags): PatchPlayerBody {
  const look = {
    ...(title === undefined ? {} : { title: title || null }),
    ...(text === undefined ? {} : { text: text || null }),
    ...(accent === undefined ? {} : { accent: accent || null }),
    ...(background === undefined ? {} : { background: background || null }),
    ...(logo === undefined ? {} : { logo: isOn('--logo', logo) }),
  }
  const start = {
    ...(autoplay === undefined ? {} : { autoplay: isOn('--autoplay', autoplay) }),
    ...(muted === undefined ? {} : { muted: isOn('--muted', muted) }),
    ...(maxHeight === undefined ? {} : { maxHeight: maxHeight === 'auto' ? null : linesOf(maxHeight) }),
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(site === undefined ? {} : { sites: site.filter((one) => one !== '' && one !== 'none') }),
    ...(Object.keys(look).length === 0 ? {} : { look }),
    ...(Object.keys(start).length === 0 ? {} : { start }),
  }
}

function isOn(flag: string, value: string): boolean {
  if (value !== 'on' && value !== 'off') throw usageError(`${flag} is '${value}', not on or off`)
  return value === 'on'
}

function linesOf(text: string): number {
  const lines = Number(text)
  if (!Number.isInteger(lines) || text.trim() === '') throw usageError(`--max-height is '${text}', not a number of lines or auto`)
  return lines
}
