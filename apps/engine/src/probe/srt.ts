import type { Clock } from '@sluice/base/clock'
import { type Failure, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { ProbeRequest, ProbeStep } from '@sluice/contract/link'
import { adviceFor } from '@sluice/media/output'
import { openSrtCaller, parseSrtUrl, type SrtUrl } from '@sluice/protocols/srt'
import { failed, passed, skipped } from './steps.ts'

type Parts = { readonly clock: Clock; readonly log: Logger; readonly isAllowedAddress: ((address: string) => boolean) | undefined }

/** Calls an SRT listener and hangs up. SRT has no step between: who shakes hands has begun the stream. */
export async function probeSrt(request: ProbeRequest, parts: Parts): Promise<ProbeStep[]> {
  let settings: SrtUrl
  try {
    settings = parseSrtUrl(request.url)
  } catch (error) {
    return [failed('handshake', error instanceof SluiceError ? error.message : 'the address cannot be read', 'Correct the address.')]
  }
  if (settings.mode !== 'caller')
    return [skipped('handshake', `not tested: in ${settings.mode} mode the far end must call at the same time`)]
  if (request.depth === 'connect') return [skipped('handshake', 'not tested: this destination may go live at the handshake')]
  const failure = await call({ ...settings, ...(request.streamKey === '' ? {} : { streamId: request.streamKey }) }, parts)
  if (failure === null) return [passed('handshake', 'the listener accepted stream id and passphrase; the test ended at once')]
  return [failed('handshake', failure.message, adviceFor(failure.kind))]
}

function call(settings: SrtUrl, { clock, log, isAllowedAddress }: Parts): Promise<Failure | null> {
  return new Promise((resolve) => {
    const caller = openSrtCaller({
      ...settings,
      mode: 'send',
      clock,
      log,
      isAllowedAddress,
      handler: {
        onReady() {
          caller.close()
          resolve(null)
        },
        onClose: (failure) => resolve(failure),
      },
    })
  })
}
