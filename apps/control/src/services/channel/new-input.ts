import type { InputRole } from '@sluice/base/words'
import { newId } from '../../db/index.ts'
import type { ServiceContext } from '../index.ts'
import { sealedStreamKey } from './keys.ts'
import type { InputRow } from './records.ts'

const defaultSrtLatencyMs = 500

/** The row of an input that encoders publish to, with a key of its own. */
export function newInput({ vault, clock }: ServiceContext['platform'], channelId: string, role: InputRole): InputRow {
  const id = newId(clock.wallMs())
  return {
    id,
    channel_id: channelId,
    role,
    enabled: true,
    maintenance: false,
    ...sealedStreamKey(vault, id),
    srt_latency_ms: defaultSrtLatencyMs,
    srt_passphrase_sealed: null,
    srt_port: null,
    pull_url: null,
    pull_sealed: null,
    clip_id: null,
    test_card: null,
  }
}
