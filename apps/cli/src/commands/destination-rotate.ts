import { Destination, paths } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findDestination } from '../client/find.ts'
import type { Context } from '../context.ts'
import { readStreamKey, type SecretFlags } from '../secret.ts'
import { plain } from '../show/text.ts'
import { readTime } from '../show/time.ts'

export type RotateFlags = SecretFlags & { readonly at?: string; readonly cancel?: boolean }

/** `sluice destination rotate DESTINATION`: the next key, now or `--at` a time; `--cancel` forgets the one that is kept for later. */
export async function rotateDestination({ io, api, show }: Context, wanted: string, flags: RotateFlags): Promise<void> {
  const at = flags.at === undefined ? undefined : readTime('--at', flags.at)
  const found = await findDestination(api, wanted)
  const name = plain(found.name)
  if (flags.cancel === true) {
    const cancelled = Destination.parse(await (await api.send('DELETE', paths.destinationRotate(found.id))).json())
    show(cancelled, () =>
      found.nextRotation === null ? `No key change is planned for '${name}'.\n` : `The planned key change of '${name}' is cancelled.\n`,
    )
    return
  }
  const streamKey = await readStreamKey(io, flags)
  if (streamKey === null) throw usageError('the new key is missing', 'Use --key-file FILE, SLUICE_OUTPUT_KEY, or enter it at the prompt.')
  const rotated = await api.post(paths.destinationRotate(found.id), { streamKey, ...(at === undefined ? {} : { at }) }, Destination)
  show(rotated, () => {
    if (rotated.nextRotation !== null && at !== undefined) return `The key of '${name}' changes at ${rotated.nextRotation.at}.\n`
    const moving = (rotated.lastRotation?.outputs ?? []).filter((output) => output.state !== 'idle').length
    return `'${name}' has the new key. Live outputs switching to it now: ${moving} of ${rotated.usedByOutputs}.\n`
  })
}
