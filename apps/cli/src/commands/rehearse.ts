import { setTimeout as sleep } from 'node:timers/promises'
import { roleName } from '@sluice/base/words'
import { pageOf, paths, StartedRehearsal as Started, type StartedRehearsal } from '@sluice/contract/api'
import { StoredEvent } from '@sluice/contract/events'
import { RehearsalResult } from '@sluice/contract/link'
import { CliError } from '../cli-error.ts'
import type { ApiClient } from '../client/api-client.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'

const pollMs = 500
/** After the cut has ended, the verdict may take so long to be stored. */
const patienceMs = 15_000

/** `sluice rehearse failover CHANNEL`: cuts the primary from inside, waits for the verdict; exit code 1 when it is a fail. */
export async function rehearseFailover(
  { api, io, isJson, show }: Context,
  wanted: string,
  flags: { shadow?: boolean } = {},
): Promise<void> {
  const channel = await findChannel(api, wanted)
  const on = flags.shadow === true ? 'shadow' : 'live'
  const started = await api.post(paths.failoverRehearsals(channel.id), { on }, Started)
  const where = on === 'shadow' ? 'On a shadow channel, the' : 'The'
  if (!isJson) io.writeError(`${where} primary is cut for ${started.cutMs / 1000} s ...\n`)
  const result = await verdict(api, channel.id, started, io.signal)
  show(result, () => formatRehearsal(result))
  if (!result.passed)
    throw new CliError('the rehearsal failed', {
      hint:
        on === 'shadow'
          ? 'Check the load of this machine, and whether the trigger is too long.'
          : 'Check that a backup is connected and the source is on auto.',
    })
}

/** The verdict and its times, a line each. */
export function formatRehearsal(result: RehearsalResult): string {
  const took = result.activationMs === null ? 'never' : `${result.activationMs} ms after the cut`
  return [
    `${result.passed ? 'PASS' : 'FAIL'}  ${result.message}`,
    `      backup on air      ${took} (limit: ${result.limitMs} ms)`,
    `      output reconnects  ${result.reconnects}`,
    `      source at the end  ${roleName(result.source)}`,
    '',
  ].join('\n')
}

async function verdict(api: ApiClient, channelId: string, started: StartedRehearsal, signal: AbortSignal): Promise<RehearsalResult> {
  const tries = Math.ceil((started.cutMs + patienceMs) / pollMs)
  for (let i = 0; i < tries; i++) {
    const { items } = await api.get(`${paths.channelTimeline(channelId)}?limit=100`, pageOf(StoredEvent))
    for (const { name, data } of items) {
      const result = name === 'rehearsal.finished' ? RehearsalResult.safeParse(data) : null
      if (result?.success && result.data.rehearsalId === started.rehearsalId) return result.data
    }
    await sleep(pollMs, undefined, { signal })
  }
  throw new CliError('no result of the rehearsal arrived', { hint: 'Check the timeline: the engine may have restarted.' })
}
