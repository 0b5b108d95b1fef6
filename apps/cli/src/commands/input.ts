import { type InputRole, roleName } from '@sluice/base/words'
import { Channel, Input, paths } from '@sluice/contract/api'
import { CliError, usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { parseRole } from '../role.ts'
import { formatEncoderFields } from '../show/encoder.ts'
import { plain } from '../show/text.ts'

/** `sluice input add CHANNEL`: the next free backup, with what to type into its encoder. */
export async function addInput({ api, show }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const input = await api.post(paths.channelInputs(channel.id), {}, Input)
  const keys = input.urls === null ? '' : `\n${formatEncoderFields(channel, input)}`
  show(input, () => `Added the ${roleName(input.role)} input to '${plain(channel.name)}'.\n${keys}`)
}

/** `sluice input rm CHANNEL ROLE`: a further backup; who publishes to it is ended. */
export async function removeInput({ api, show }: Context, wanted: string, roleText: string): Promise<void> {
  const role = parseRole(roleText)
  const channel = await findChannel(api, wanted)
  const { id } = inputOf(channel, role)
  await api.delete(paths.input(id))
  show({ id, deleted: true }, () => `Removed the ${roleName(role)} input of '${plain(channel.name)}'.\n`)
}

/** `sluice input swap CHANNEL ROLE ROLE`: two inputs change places, with their keys and sessions. */
export async function swapInputs({ api, show }: Context, wanted: string, aText: string, bText: string): Promise<void> {
  const [a, b] = [parseRole(aText), parseRole(bText)]
  const channel = await findChannel(api, wanted)
  const input = await api.patch(paths.input(inputOf(channel, a).id), { role: b }, Input)
  show(input, () => `Swapped the ${roleName(a)} and ${roleName(b)} inputs of '${plain(channel.name)}'.\n`)
}

/** `sluice input maintenance CHANNEL ROLE`: the switch does not pick it, its encoder stays connected; `--off` ends that. */
export async function setMaintenance({ api, show }: Context, wanted: string, roleText: string, flags: { off?: boolean }): Promise<void> {
  const role = parseRole(roleText)
  const channel = await findChannel(api, wanted)
  const input = await api.patch(paths.input(inputOf(channel, role).id), { maintenance: flags.off !== true }, Input)
  show(input, () => `The ${roleName(role)} input of '${plain(channel.name)}' is ${input.maintenance ? 'in' : 'out of'} maintenance.\n`)
}

/** `sluice input set CHANNEL ROLE --srt-port 8900`: a UDP port for this input alone, where an encoder knows no stream id. */
export async function setInput({ api, show }: Context, wanted: string, roleText: string, flags: { srtPort?: string }): Promise<void> {
  const role = parseRole(roleText)
  const port = parseOwnPort(flags.srtPort)
  const channel = await findChannel(api, wanted)
  const input = await api.patch(paths.input(inputOf(channel, role).id), { srt: { port } }, Input)
  const where = input.srt.url === null ? 'has no SRT port of its own' : `has an SRT port of its own: ${input.srt.url}, no stream id needed`
  show(input, () => `The ${roleName(role)} input of '${plain(channel.name)}' ${where}.\n`)
}

function parseOwnPort(text: string | undefined): number | 'auto' | null {
  if (text === undefined) throw usageError('nothing to set', 'Example: sluice input set CHANNEL ROLE --srt-port 8900 (or auto, or off)')
  if (text === 'auto') return 'auto'
  if (text === 'off') return null
  if (/^[1-9][0-9]{0,4}$/.test(text)) return Number(text)
  throw usageError(`--srt-port is '${text}', not a port, auto or off`)
}

/** `sluice input take CHANNEL ROLE`: puts an input on the air once, without a lock. */
export async function takeInput({ api, show }: Context, wanted: string, roleText: string): Promise<void> {
  const take = parseRole(roleText)
  const found = await findChannel(api, wanted)
  const channel = await api.post(paths.channelSource(found.id), { take }, Channel)
  show(channel, () => `Switching '${plain(channel.name)}' to the ${roleName(take)} input (it was on ${roleName(found.source)}).\n`)
}

/** The channel's input with that role, or CliError with the roles that it has. */
export function inputOf(channel: Channel, role: InputRole): Input {
  const input = channel.inputs.find((one) => one.role === role)
  if (input !== undefined) return input
  const has = channel.inputs.map((one) => one.role).join(', ')
  throw new CliError(`channel '${plain(channel.name)}' has no ${roleName(role)} input`, { hint: `It has ${has}.` })
}
