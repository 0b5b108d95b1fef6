import { concatBytes } from '@sluice/base/bytes'
import { writeFlvHeader, writeFlvTag } from '@sluice/containers/flv'
import type { SinkMessage } from './sink-session.ts'

/** What a session recorded as an FLV file, for players and probes. Timestamps are left as they came. */
export function flvOfMessages(messages: readonly SinkMessage[]): Uint8Array {
  const has = (kind: SinkMessage['kind']): boolean => messages.some((message) => message.kind === kind)
  const tags = messages.map(({ kind, timestampMs, body }) => writeFlvTag(kind, timestampMs, [body]))
  return concatBytes([writeFlvHeader({ audio: has('audio'), video: has('video') }), ...tags])
}
