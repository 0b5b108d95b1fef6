import { Preflight, paths } from '@sluice/contract/api'
import { CliError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatPreflight } from '../show/preflight.ts'
import { plain } from '../show/text.ts'

/** `sluice preflight CHANNEL`: what can be known before going live. Ends with 1 when something would fail, so that a script can stop there. */
export async function preflight({ api, show, style }: Context, wanted: string, flags: { all?: boolean }): Promise<void> {
  const channel = await findChannel(api, wanted)
  const result = await api.post(paths.channelPreflight(channel.id), undefined, Preflight)
  show(result, () => formatPreflight(result, channel.name, flags.all === true, style))
  if (result.verdict !== 'fail') return
  const failed = result.outputs.filter((output) => output.verdict === 'fail').map((output) => `'${plain(output.name)}'`)
  throw new CliError(`preflight of '${plain(channel.name)}' failed${failed.length === 0 ? '' : `: ${failed.join(', ')}`}`)
}
