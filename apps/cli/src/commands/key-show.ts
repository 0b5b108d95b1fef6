import { CliError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { parseRole } from '../role.ts'
import { formatEncoderFields } from '../show/encoder.ts'
import { inputOf } from './input.ts'

/** `sluice key show CHANNEL`: what to type into the encoder, stream key included. */
export async function showKey({ api, show }: Context, wanted: string, flags: { input: string }): Promise<void> {
  const role = parseRole(flags.input)
  const channel = await findChannel(api, wanted)
  const input = inputOf(channel, role)
  if (input.streamKey === null || input.urls === null) {
    throw new CliError('this API key has no access to stream keys', { hint: 'Use one with the key:read scope.' })
  }
  show({ channelId: channel.id, inputId: input.id, role: input.role, streamKey: input.streamKey, urls: input.urls }, () =>
    formatEncoderFields(channel, input),
  )
}
