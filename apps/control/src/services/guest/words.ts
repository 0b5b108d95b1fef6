import type { FailureKind } from '@sluice/base/errors'
import type { GuestOutput } from '@sluice/contract/api'
import type { OutputActual } from '@sluice/contract/link'

/** What a guest can do about each kind of failure. Nothing of the channel is in it. */
const troubles: Readonly<Record<FailureKind, string>> = {
  dns: 'The server name does not resolve. Check the address.',
  tcp: 'The server does not answer. Check the address.',
  tls: 'The server’s certificate is not valid. Check the address.',
  handshake: 'The server speaks another protocol. Check the address.',
  auth: 'The server refuses the key. Replace the key.',
  'publish-rejected': 'The server refuses the stream. Check that the broadcast exists and is ready to start, then the key.',
  'duplicate-publisher': 'Another encoder is already using this key. Stop it, or replace the key.',
  codec: 'The server does not support this kind of stream. Ask whoever sent you the link.',
  stall: 'The server is too slow to keep up. This often clears by itself.',
  'remote-close': 'The server ended the stream. Check its own page for the reason.',
}

/** An output's state as its guest reads it. */
export function guestWords(desired: string, actual: OutputActual | null): Pick<GuestOutput, 'state' | 'says'> {
  if (desired !== 'running') return { state: 'stopped', says: 'Stopped by the operator.' }
  if (actual === null || actual.state === 'idle' || actual.state === 'stopped') {
    return { state: 'waiting', says: 'Ready. It starts automatically with the programme.' }
  }
  if (actual.state === 'live') {
    if (actual.handover === undefined) return { state: 'live', says: 'Live: your destination receives the programme.' }
    const { state, reason } = actual.handover
    const isTrying = state === 'opening' || state === 'cutting'
    const why = reason?.kind == null ? '' : ` ${troubles[reason.kind]}`
    return isTrying
      ? { state: 'live', says: 'Live with the old key, switching to the new one.' }
      : { state: 'trouble', says: `Live with the old key: the new one does not work yet.${why}` }
  }
  const kind = actual.reason?.kind ?? null
  if (kind === null) return { state: 'connecting', says: 'Connecting to your destination.' }
  const next = actual.nextRetryAt === null ? '' : ' Sluice tries again automatically.'
  return { state: 'trouble', says: `${troubles[kind]}${next}` }
}
