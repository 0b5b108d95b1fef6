import { Channel, Destination, Output, paths } from '@sluice/contract/api'
import { CliError } from '../cli-error.ts'
import type { ApiClient } from './api-client.ts'

type Named = { readonly id: string; readonly name: string }

/** The channel with this id, or this name (in any case where that is not ambiguous). */
export async function findChannel(api: ApiClient, wanted: string): Promise<Channel> {
  return pick('channel', wanted, await api.list(paths.channels, Channel))
}

const idForm = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** True for an id that no channel has: one was deleted, and its past can still be read. */
export async function isDeletedChannel(api: ApiClient, wanted: string): Promise<boolean> {
  return idForm.test(wanted) && (await api.list(paths.channels, Channel)).every(({ id }) => id !== wanted)
}

/** The kept destination with this id or name. */
export async function findDestination(api: ApiClient, wanted: string): Promise<Destination> {
  return pick('destination', wanted, await api.list(paths.destinations, Destination))
}

/** The output with this id or name; `channel` narrows the search where two channels have an output of the same name. */
export async function findOutput(api: ApiClient, wanted: string, channel: string | undefined): Promise<Output> {
  const channels = channel === undefined ? await api.list(paths.channels, Channel) : [await findChannel(api, channel)]
  return pick('output', wanted, await outputsOf(api, channels), channel === undefined && channels.length > 1)
}

/** All outputs of these channels, in the channels' order. */
export async function outputsOf(api: ApiClient, channels: readonly Channel[]): Promise<Output[]> {
  const lists: Output[][] = []
  for (const channel of channels) lists.push(channel.outputs.total === 0 ? [] : await api.list(paths.channelOutputs(channel.id), Output))
  return lists.flat()
}

/** Ids win over names, the exact spelling over another case. Throws CliError for none and for more than one. */
export function pick<T extends Named>(kind: string, wanted: string, all: readonly T[], canNarrow = false): T {
  const same = (a: string): boolean => a.toLocaleLowerCase() === wanted.toLocaleLowerCase()
  const found = [(one: T) => one.id === wanted, (one: T) => one.name === wanted, (one: T) => same(one.name)]
    .map((test) => all.filter(test))
    .find((some) => some.length > 0)
  if (found === undefined) {
    const names = all.slice(0, 8).map((one) => `'${one.name}'`)
    const more = all.length > names.length ? `, and ${all.length - names.length} more` : ''
    throw new CliError(`there is no ${kind} '${wanted}'`, {
      hint: names.length === 0 ? `There is no ${kind} yet.` : `There is ${names.join(', ')}${more}.`,
    })
  }
  if (found.length === 1) return found[0]!
  const ids = found.map((one) => one.id).join(', ')
  throw new CliError(`${found.length} ${kind}s are named '${wanted}'`, {
    hint: `Use an id: ${ids}${canNarrow ? ', or narrow it with --channel' : ''}.`,
  })
}
