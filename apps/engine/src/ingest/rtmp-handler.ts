import type { Throttle } from '@sluice/base/admission'
import type { Clock } from '@sluice/base/clock'
import { cleanText, type Logger } from '@sluice/base/log'
import { roleName } from '@sluice/contract/link'
import { type RtmpDialect, rtmpFormat, rtmpWireKey } from '@sluice/media/output'
import {
  CapsEx,
  type PlayRequest,
  type PlayVerdict,
  type PublishRequest,
  type PublishVerdict,
  type RtmpPlayer,
  type RtmpServerHandler,
  type RtmpServerSession,
} from '@sluice/protocols/rtmp'
import type { Channel } from '../channels/channel.ts'
import { hashKey, type KeyDirectory } from '../directory.ts'
import type { EventDraft } from '../report/event-log.ts'
import { rtmpInput } from './rtmp-input.ts'
import { relayPlay, relayPublish } from './rtmp-relay.ts'

/** Ingest and play take this one application name, as the console tells encoders; keys are what matters. */
const application = 'live'
/** A player may lag so far behind before it drops to the next key frame. */
const playerQueueBytes = 4 * 1024 * 1024

export type RtmpHandlerParts = {
  readonly engineId: string
  readonly log: Logger
  readonly directory: KeyDirectory
  readonly channel: (channelId: string) => Channel | undefined
  readonly onEvent: (draft: EventDraft) => void
  /** Counts publishers whose key is not known. */
  readonly refusals?: { readonly throttle: Throttle; readonly clock: Clock }
}

/** The listener that a connection came by. `isRelay`: from another engine of this machine, which must not be sent on again. */
export type RtmpWire = { readonly protocol: 'rtmp' | 'rtmps'; readonly isRelay: boolean }

/** Decides on publishers and players by their key: to a channel of this engine, on to the engine that has it, or away. */
export function rtmpHandler(parts: RtmpHandlerParts, wire: RtmpWire): RtmpServerHandler {
  return {
    onPublish(request, session) {
      const refused = refuseApplication(request)
      if (refused !== null) return { accept: false, code: 'refused', description: refused }
      const keyHash = hashKey(request.name)
      const route = parts.directory.publish(keyHash)
      if (route === undefined) return refuseUnknownKey(parts, request)
      if (route.engineId !== parts.engineId && !wire.isRelay && route.relayPath !== null) {
        return relayPublish(route.relayPath, request, session, { ...wire, log: parts.log })
      }
      return publishHere(parts, parts.channel(route.channelId), keyHash, request, session, wire)
    },
    onPlay(request) {
      const refused = refuseApplication(request)
      if (refused !== null) return { accept: false, code: 'refused', description: refused }
      const route = parts.directory.play(hashKey(request.name))
      if (route === undefined) return { accept: false, code: 'not-found', description: 'no such stream: the play token is not known' }
      if (route.engineId !== parts.engineId && !wire.isRelay && route.relayPath !== null)
        return relayPlay(route.relayPath, request, parts.log)
      return playHere(parts.channel(route.channelId))
    },
  }
}

function refuseApplication(request: PublishRequest | PlayRequest): string | null {
  const name = request.app.split('?')[0]!.replace(/\/+$/, '')
  return name === application ? null : `the application is '${name.slice(0, 40)}', not '${application}'`
}

function refuseUnknownKey(parts: RtmpHandlerParts, request: PublishRequest): PublishVerdict {
  parts.refusals?.throttle.take(request.remoteAddress, parts.refusals.clock.nowMs())
  parts.log.warn({ remoteAddress: request.remoteAddress, encoder: request.encoder }, 'publisher refused: unknown stream key')
  return { accept: false, code: 'bad-key', description: 'the stream key is not known here; copy it again from the channel page' }
}

function publishHere(
  parts: RtmpHandlerParts,
  channel: Channel | undefined,
  keyHash: string,
  request: PublishRequest,
  session: RtmpServerSession,
  wire: RtmpWire,
): PublishVerdict {
  const input = channel?.inputByKey(keyHash)
  if (channel === undefined || input === undefined) return refuseUnknownKey(parts, request)
  const refuse = (code: 'in-use' | 'refused', description: string): PublishVerdict => {
    input.noteProblem(`a publisher from ${request.remoteAddress} was refused: ${description}`)
    parts.onEvent({
      name: 'input.refused',
      severity: 'warning',
      channelId: channel.channelId,
      subjectId: input.inputId,
      message: `Input ${roleName(input.role)} refused a publisher from ${request.remoteAddress}: ${description}`,
    })
    return { accept: false, code, description }
  }
  if (!input.spec.enabled) return refuse('refused', 'this input is switched off')
  if (!input.giveWay()) return refuse('in-use', 'this stream key is already in use by another encoder')
  const origin = wire.isRelay ? relayOrigin(request) : null
  const facts = {
    protocol: origin?.protocol ?? wire.protocol,
    remoteAddress: origin?.remoteAddress ?? request.remoteAddress,
    encoder: request.encoder === '' ? null : cleanText(request.encoder.slice(0, 80), 80),
  }
  return { accept: true, sink: rtmpInput(input, request, session, facts) }
}

/** What the engine that took the connection says of the encoder; believed on the local relay socket alone. */
function relayOrigin(request: PublishRequest): { protocol: 'rtmp' | 'rtmps' | 'srt'; remoteAddress: string } {
  const { sluiceProtocol, sluiceRemoteAddress } = request.extras
  return {
    protocol: sluiceProtocol === 'rtmps' || sluiceProtocol === 'srt' ? sluiceProtocol : 'rtmp',
    remoteAddress: typeof sluiceRemoteAddress === 'string' ? sluiceRemoteAddress : request.remoteAddress,
  }
}

function playHere(channel: Channel | undefined): PlayVerdict {
  if (channel === undefined) return { accept: false, code: 'not-found', description: 'no such stream' }
  return { accept: true, onReady: (player) => feedPlayer(channel, player) }
}

/** Players decode: what they do not name they can't show, so they are believed to the letter. */
function playDialect({ messageStreamId, enhanced }: RtmpPlayer): RtmpDialect {
  const isMultitrack = enhanced !== null && (enhanced.capsEx & CapsEx.multitrack) !== 0
  return { messageStreamId, fourCcs: enhanced?.fourCcs ?? [], isMultitrack, isPublishing: false }
}

/** A player joins the fan-out of its dialect like an output does, without the state machine around it. */
function feedPlayer(channel: Channel, player: RtmpPlayer): void {
  const dialect = playDialect(player)
  const fanOut = channel.fanOuts.get(rtmpWireKey(dialect), () => rtmpFormat(dialect))
  const member = fanOut.join(player, playerQueueBytes)
  channel.players.add(player)
  player.onClose = () => {
    channel.players.delete(player)
    fanOut.leave(member)
    channel.fanOuts.sweep()
  }
}
