import { CliError, usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatEncoderFields } from '../show/encoder.ts'
import { plain } from '../show/text.ts'

/** `sluice key show CHANNEL`: what to type into the encoder, stream key included. */
export async function showKey({ api, show }: Context, wanted: string, flags: { input: string }): Promise<void> {
  if (flags.input !== 'primary' && flags.input !== 'backup') throw usageError(`--input is '${flags.input}', not primary or backup`)
  const channel = await findChannel(api, wanted)
  const input = channel.inputs.find((one) => one.role === flags.input)
  if (input === undefined) throw new CliError(`channel '${plain(channel.name)}' has no ${flags.input} input`)
  if (input.streamKey === null || input.urls === null) {
    throw new CliError('this API key may not see stream keys', { hint: 'Use one with the scope key:read.' })
  }
  show({ channelId: channel.id, inputId: input.id, role: input.role, streamKey: input.streamKey, urls: input.urls }, () =>
    formatEncoderFields(channel, input),
  )
}
