import { readAddress } from '@sluice/base/address'
import { type Failure, SluiceError } from '@sluice/base/errors'
import type { RtmpProtocol } from '@sluice/base/words'
import { openRtmpPlayer, parsePlayUrl, type RtmpSink } from '@sluice/protocols/rtmp'
import { guardedLookup, refuseLiteral, refuseTarget } from '../../targets/index.ts'
import type { OpenPull } from '../input-pull.ts'
import { rtmpInput } from '../rtmp-input.ts'
import { failedPull, type PullParts } from './failed-pull.ts'

/** A server that took our play and sends nothing: nobody publishes there, or the way is cut. It is called anew. */
const idleTimeoutMs = 30_000

/** Plays an input's media from an RTMP server (`rtmp(s)://host/app/stream`). The input is taken by the first media, not by the server's yes. */
export function openRtmpPull(parts: PullParts): OpenPull {
  return (input, url, events) => {
    const { clock, log } = parts
    const allowPrivate = parts.allowPrivateTargets()
    const target = targetOf(url, allowPrivate)
    if ('kind' in target) return failedPull(clock, target, events)
    let sink: RtmpSink | null = null
    /** Why we ended it ourselves. */
    let ownReason: string | null = null
    const end = (message: string): void => {
      if (ownReason !== null) return
      ownReason = message
      player.close()
      events.onClose({ kind: 'remote-close', code: 'PULL_ENDED', message })
    }
    const player = openRtmpPlayer({
      ...target,
      clock,
      log,
      ...(allowPrivate ? {} : { lookup: guardedLookup, refuseHost: (host: string) => refuseLiteral(host, false) }),
      idleTimeoutMs,
      sink: {
        onMessage(kind, timestampMs, body) {
          if (ownReason !== null) return
          if (sink === null && kind !== 'data') {
            // An encoder may have come while the handshake went on.
            if (input.isTaken) {
              end('an encoder publishes to this input')
              return
            }
            const { remoteAddress, sentTo } = player
            const facts = {
              protocol: target.protocol,
              remoteAddress,
              encoder: null,
              isPulled: true,
              ...(sentTo === null ? {} : { sentTo }),
            } as const
            const session = {
              close: end,
              get stats() {
                return { bytesReceived: player.bytesReceived }
              },
            }
            sink = rtmpInput(input, { app: 'the source' }, session, facts)
            events.onReady()
          }
          sink?.onMessage(kind, timestampMs, body)
        },
        onReadEnd: () => sink?.onReadEnd?.(),
        onLeftOut: (what, name) => sink?.onLeftOut?.(what, name),
        onClose: (reason) => sink?.onClose(ownReason === null ? reason : { kind: 'local', message: ownReason }),
      },
      handler: { onClose: (failure) => events.onClose(failure) },
    })
    return {
      close() {
        ownReason ??= 'Sluice ended the session'
        player.close()
      },
    }
  }
}

type Target = { readonly url: string; readonly streamKey: string; readonly protocol: RtmpProtocol }

function targetOf(text: string, allowPrivate: boolean): Target | Failure {
  const refused = refuseTarget(text, allowPrivate)
  if (refused !== null) return refused
  try {
    return { ...parsePlayUrl(text), protocol: readAddress(text)?.scheme === 'rtmps' ? 'rtmps' : 'rtmp' }
  } catch (error) {
    if (error instanceof SluiceError) return { kind: 'handshake', code: error.code, message: error.message }
    throw error
  }
}
