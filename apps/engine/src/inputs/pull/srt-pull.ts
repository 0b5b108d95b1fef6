import { type Failure, SluiceError } from '@sluice/base/errors'
import { openSrtCaller, openSrtRendezvous, parseSrtUrl, type SrtConnection, type SrtUrl } from '@sluice/protocols/srt'
import { isPublicAddress, refuseTarget } from '../../targets/index.ts'
import type { OpenPull } from '../input-pull.ts'
import { srtInput } from '../srt-input.ts'
import { failedPull, type PullParts } from './failed-pull.ts'

/** Fetches an input's media from an SRT listener (`srt://host:port?streamid=&passphrase=&latency=`), or meets one (`mode=rendezvous`). */
export function openSrtPull(parts: PullParts): OpenPull {
  return (input, text, events) => {
    const allowPrivate = parts.allowPrivateTargets()
    const url = settingsOf(text, input.spec.srt.latencyMs, allowPrivate)
    if ('kind' in url) return failedPull(parts.clock, url, events)
    let isClosed = false
    const open = url.mode === 'rendezvous' ? openSrtRendezvous : openSrtCaller
    const caller = open({
      ...url,
      mode: 'receive',
      clock: parts.clock,
      log: parts.log,
      isAllowedAddress: allowPrivate ? undefined : isPublicAddress,
      handler: {
        onReady(connection: SrtConnection) {
          // An encoder may have come while the handshake went on.
          if (input.isTaken) return connection.abort()
          srtInput(input, connection, { isPulled: true })
          events.onReady()
        },
        onClose: (failure) => {
          if (!isClosed) events.onClose(failure)
        },
      },
    })
    return {
      close() {
        isClosed = true
        caller.abort()
      },
    }
  }
}

/** The input's own latency holds where the address names none. */
function settingsOf(text: string, latencyMs: number, allowPrivate: boolean): SrtUrl | Failure {
  const refused = refuseTarget(text, allowPrivate)
  if (refused !== null) return refused
  try {
    const url = parseSrtUrl(text)
    if (url.mode === 'listener')
      return { kind: 'handshake', code: 'PULL_MODE', message: 'an input calls its source: the mode is listener, not caller' }
    return { ...url, latencyMs: url.latencyMs ?? latencyMs }
  } catch (error) {
    if (error instanceof SluiceError) return { kind: 'handshake', code: error.code, message: error.message }
    throw error
  }
}
