import { systemClock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import { roleName } from '@sluice/contract/link'
import { srtSink, tsFormat } from '@sluice/media/output'
import { type SrtConnection, SrtRejectCode, type SrtRequest, type SrtServerHandler, type SrtVerdict } from '@sluice/protocols/srt'
import type { Channel } from '../channels/channel.ts'
import { hashKey, type KeyDirectory, type Route } from '../directory.ts'
import type { EventDraft } from '../report/event-log.ts'
import { srtInput } from './srt-input.ts'
import { relaySrt } from './srt-relay.ts'
import { relayToReader } from './srt-relay-read.ts'

export type SrtHandlerParts = {
  readonly engineId: string
  readonly log: Logger
  readonly directory: KeyDirectory
  readonly channel: (channelId: string) => Channel | undefined
  readonly onEvent: (draft: EventDraft) => void
}

/** A reader may lag so far behind before it drops to the next key frame. */
const readerQueueBytes = 4 * 1024 * 1024

/**
 * Decides on SRT callers by the key in their stream id: `publish:KEY`, `read:TOKEN`, `#!::r=KEY,m=publish`, or the bare key of a publisher.
 * Refusals have the codes that libsrt's callers print.
 */
export function srtHandler(parts: SrtHandlerParts): SrtServerHandler {
  return {
    onRequest(request) {
      if (request.mode === 'request') return readHere(parts, request)
      const keyHash = hashKey(request.resource)
      const route = parts.directory.publish(keyHash)
      if (route === undefined) {
        parts.log.warn({ remoteAddress: request.remoteAddress }, 'SRT publisher refused: unknown stream key')
        return { accept: false, code: SrtRejectCode.unauthorized }
      }
      return route.engineId === parts.engineId ? publishHere(parts, route, keyHash, request) : publishThere(parts, route, keyHash, request)
    },
  }
}

function publishHere(parts: SrtHandlerParts, route: Route, keyHash: string, request: SrtRequest): SrtVerdict {
  const channel = parts.channel(route.channelId)
  const input = channel?.inputByKey(keyHash)
  if (channel === undefined || input === undefined) return { accept: false, code: SrtRejectCode.unauthorized }
  const refuse = (code: SrtRejectCode, why: string): SrtVerdict => {
    input.noteProblem(`an SRT publisher from ${request.remoteAddress} was refused: ${why}`)
    parts.onEvent({
      name: 'input.refused',
      severity: 'warning',
      channelId: channel.channelId,
      subjectId: input.inputId,
      message: `Input ${roleName(input.role)} refused an SRT publisher from ${request.remoteAddress}: ${why}`,
    })
    return { accept: false, code }
  }
  if (!input.spec.enabled) return refuse(SrtRejectCode.forbidden, 'this input is switched off')
  if (!input.giveWay()) return refuse(SrtRejectCode.conflict, 'another encoder is publishing with this stream key')
  const { passphrase, latencyMs } = input.spec.srt
  if (passphrase === null && request.isEncrypted) return refuse(SrtRejectCode.unsecure, 'it has a passphrase and this input has none')
  if (passphrase !== null && !request.isEncrypted)
    return refuse(SrtRejectCode.unsecure, 'this input has a passphrase and the encoder has none')
  return {
    accept: true,
    latencyMs,
    ...(passphrase === null ? {} : { passphrase }),
    onConnection(connection) {
      // Between the verdict and the connection another encoder may have been faster.
      if (input.isTaken) connection.abort()
      else srtInput(input, connection)
    },
  }
}

/** The channel lives on another engine of this machine: the transport ends here, the frames go on over its relay. */
function publishThere(parts: SrtHandlerParts, route: Route, keyHash: string, request: SrtRequest): SrtVerdict {
  const terms = parts.directory.srtTerms(keyHash)
  const { relayPath } = route
  if (terms === undefined || relayPath === null) return { accept: false, code: SrtRejectCode.down }
  return {
    accept: true,
    latencyMs: terms.latencyMs,
    ...(terms.passphrase === null ? {} : { passphrase: terms.passphrase }),
    onConnection: (connection) => relaySrt(connection, { relayPath, key: request.resource, log: parts.log }),
  }
}

function readHere(parts: SrtHandlerParts, request: SrtRequest): SrtVerdict {
  const route = parts.directory.play(hashKey(request.resource))
  if (route === undefined) return { accept: false, code: SrtRejectCode.notFound }
  const { relayPath } = route
  if (route.engineId !== parts.engineId && relayPath !== null) {
    return { accept: true, onConnection: (connection) => relayToReader(connection, { relayPath, token: request.resource, log: parts.log }) }
  }
  const channel = parts.channel(route.channelId)
  if (channel === undefined) return { accept: false, code: SrtRejectCode.down }
  return { accept: true, onConnection: (connection) => feedReader(channel, connection) }
}

/** A reader joins the MPEG-TS fan-out like an output does, without the state machine around it. */
function feedReader(channel: Channel, connection: SrtConnection): void {
  const fanOut = channel.fanOuts.get('ts', tsFormat)
  const member = fanOut.join(srtSink(connection, systemClock), readerQueueBytes)
  connection.onClose = () => {
    fanOut.leave(member)
    channel.fanOuts.sweep()
  }
}
