import { Channel, paths, Rollback, type RollbackOutput } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { plain } from '../show/text.ts'

export type RollbackFlags = {
  readonly keep?: string
  readonly undo?: boolean
  readonly yes?: boolean
  readonly arm?: boolean
  readonly disarm?: boolean
}

const defaultKeep = 3

/** `sluice rollback CHANNEL`: keeps the most important outputs alone; asks first, unless told not to. `--undo` gives all back, `--arm` lets it begin by itself. */
export async function rollback(context: Context, wanted: string, flags: RollbackFlags): Promise<void> {
  const { api, io, show } = context
  const keep = readKeep(flags.keep)
  const channel = await findChannel(api, wanted)
  const path = paths.channelRollback(channel.id)
  const name = plain(channel.name)
  if (flags.arm === true || flags.disarm === true) {
    if (flags.arm === true && flags.disarm === true) throw usageError('use --arm or --disarm, not both')
    await armRollback(context, channel.id, flags.arm === true, flags.keep === undefined ? undefined : keep)
    return
  }
  if (flags.undo === true) {
    const back = Rollback.parse(await (await api.send('DELETE', path)).json())
    show(back, () => `The rollback of '${name}' is over. Running: ${listOf(back.kept)}. The source is ${back.lock}.\n`)
    return
  }
  if (flags.yes !== true) {
    const { plan } = await api.get(`${path}?keep=${keep}`, Rollback)
    const lists = plan === null ? '' : `Keep running: ${listOf(plan.kept)}. Stop: ${listOf(plan.stopped)}. `
    if (!(await isConfirmed(context, `${lists}Roll '${name}' back?`))) return
  }
  const rolled = await api.post(path, { keep }, Rollback)
  if (io.signal.aborted) return
  show(rolled, () => {
    const lists = `Kept: ${listOf(rolled.kept)}. Stopped: ${listOf(rolled.stopped)}. Source: ${rolled.lock}.`
    return `'${name}' is rolled back. ${lists}\n${plain(rolled.profile)}\nUndo with: sluice rollback ${channel.id} --undo\n`
  })
}

/** Names with their states: what is not live is to be seen before it is kept. */
const listOf = (outputs: readonly RollbackOutput[]): string =>
  outputs.map(({ name, state }) => `${plain(name)}${state === 'live' ? '' : ` (${state})`}`).join(', ') || 'none'

async function armRollback({ api, show }: Context, id: string, isArmed: boolean, keep: number | undefined): Promise<void> {
  const autoRollback = { isArmed, ...(keep === undefined ? {} : { keep }) }
  const channel = Channel.parse(await (await api.send('PATCH', paths.channel(id), { autoRollback })).json())
  const name = plain(channel.name)
  const armed = `'${name}' rolls back to ${channel.autoRollback.keep} outputs automatically if, for five minutes, more than 2 % of the input is lost and outputs are down more than 3 % of the time.\n`
  show(channel, () => (isArmed ? armed : `Automatic rollback is off for '${name}'.\n`))
}

function readKeep(text: string | undefined): number {
  const value = Number(text ?? defaultKeep)
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value
  throw usageError(`--keep is '${text}', not a whole number from 1 to 1000`)
}

async function isConfirmed({ io }: Context, question: string): Promise<boolean> {
  if (!io.stdinIsTty) throw usageError('a rollback stops outputs', 'Add --yes to skip the confirmation.')
  return /^y(es)?$/i.test((await io.ask(`${question} [y/N] `, false)).trim())
}
