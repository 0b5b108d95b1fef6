import { CatalogueEntry, Output, pageOf, paths } from '@sluice/contract/api'
import { OutputClass } from '@sluice/contract/policy'
import { CliError, usageError } from '../cli-error.ts'
import type { ApiClient } from '../client/api-client.ts'
import { findChannel, findDestination, pick } from '../client/find.ts'
import type { Context } from '../context.ts'
import { readStreamKey, type SecretFlags } from '../secret.ts'
import { outputState } from '../show/output.ts'
import { plain } from '../show/text.ts'
import { ownFields } from './output-edit.ts'
import { rungChoice } from './rung.ts'

export type AddOutputFlags = SecretFlags & {
  readonly url?: string
  readonly destination?: string
  readonly platform?: string
  readonly class?: string
  readonly priority?: string
  readonly rung?: string
  readonly latency?: string
  readonly enhanced?: string
  readonly delay?: string
  readonly audioTrack?: string
  readonly probeUrl?: string
  readonly stopped?: boolean
  readonly insecure?: boolean
}

/** `sluice output add CHANNEL NAME`: to a URL, to a platform of the catalogue, or to a destination that the workspace keeps. */
export async function addOutput({ io, api, show }: Context, wanted: string, name: string, flags: AddOutputFlags): Promise<void> {
  const common = {
    name,
    enabled: flags.stopped !== true,
    ...(flags.class === undefined ? {} : { class: readClass(flags.class) }),
    ...(flags.priority === undefined ? {} : { priority: readPriority(flags.priority) }),
    ...(flags.insecure === true ? { tlsVerify: false } : {}),
  }
  const channel = await findChannel(api, wanted)
  const target = flags.destination === undefined ? await newTarget(api, flags) : await keptTarget(api, flags.destination, flags)
  const rung = flags.rung === undefined ? {} : { rung: await rungChoice(api, channel.id, flags.rung) }
  const latency = flags.latency === undefined ? {} : { latency: flags.latency }
  const enhanced = flags.enhanced === undefined ? {} : { enhanced: flags.enhanced }
  const key = flags.destination === undefined ? await readStreamKey(io, flags) : null
  const body = {
    ...common,
    ...rung,
    ...latency,
    ...enhanced,
    ...ownFields({ ...flags }),
    ...target,
    ...(key === null ? {} : { streamKey: key }),
  }
  const output = await api.post(paths.channelOutputs(channel.id), body, Output)
  show(output, () => `Output '${plain(output.name)}' added to '${plain(channel.name)}': ${outputState(output)}, class ${output.class}.\n`)
}

async function keptTarget(api: ApiClient, wanted: string, flags: AddOutputFlags): Promise<{ destinationId: string }> {
  if (flags.url !== undefined || flags.platform !== undefined || flags.key !== undefined || flags.keyFile !== undefined) {
    throw usageError('--destination already has an address and key: remove --url, --platform and --key')
  }
  return { destinationId: (await findDestination(api, wanted)).id }
}

async function newTarget(api: ApiClient, flags: AddOutputFlags): Promise<{ url: string; platform?: string }> {
  if (flags.platform === undefined) {
    if (flags.url === undefined)
      throw usageError('--url, --platform or --destination is missing', 'List the platforms with `sluice catalogue`.')
    return { url: flags.url }
  }
  const catalogue = await api.get(paths.catalogue, pageOf(CatalogueEntry))
  const entry = pick('platform', flags.platform, catalogue.items)
  return { url: flags.url ?? serverOf(entry), platform: entry.id }
}

/** The platform's own first choice, encrypted where it offers that. */
function serverOf(entry: CatalogueEntry): string {
  const fit = entry.servers.filter((server) => /^(rtmps?|srt):\/\/[^{<]+$/.test(server.url))
  const server = fit.find((one) => one.protocol === 'rtmps') ?? fit[0]
  if (server !== undefined && entry.canPush) return server.url
  throw new CliError(`${plain(entry.name)} has a separate server for each account`, {
    hint: 'Copy the server address from the platform: --url rtmp://...',
  })
}

function readClass(text: string): OutputClass {
  const parsed = OutputClass.safeParse(text.toUpperCase())
  if (parsed.success) return parsed.data
  throw usageError(`--class is '${text}', not A (owned playback), B (primary social) or C (partner)`)
}

function readPriority(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value <= 1000) return value
  throw usageError(`--priority is '${text}', not a whole number from 0 to 1000`)
}
