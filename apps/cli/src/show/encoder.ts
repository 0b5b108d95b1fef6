import { roleName } from '@sluice/base/words'
import type { Channel, Input } from '@sluice/contract/api'
import { formatFacts } from './table.ts'

/** What to type into an encoder for one input of a channel. `urls` and the key are there: the caller has checked that. */
export function formatEncoderFields(channel: Channel, input: Input): string {
  return formatFacts([
    ['Channel', `${channel.name} (${roleName(input.role)} input${input.enabled ? '' : ', disabled'})`],
    ['Server', input.urls?.server.rtmp ?? null],
    ['Server (TLS)', input.urls?.server.rtmps ?? null],
    ['Stream key', input.streamKey],
    ['SRT URL', input.urls?.srt ?? null],
    ['SRT, own port', input.srt.url],
  ])
}
