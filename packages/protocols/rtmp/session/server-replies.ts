import { writeAmf0 } from '../amf0/index.ts'
import { type ConnectRequest, connectResult } from '../command/connect.ts'
import { type StatusLevel, statusObject } from '../command/status.ts'
import { defaultAckWindowBytes, wireChunkBytes } from '../constants.ts'
import { PeerBandwidthLimit } from '../message/set-peer-bandwidth.ts'
import { UserControlEvent } from '../message/user-control.ts'
import type { MessageLink } from './message-link.ts'

/** Chunk payload bytes of our answers, as FMS and nginx-rtmp have it: small boxes are known to size a buffer by it. */
const answerChunkBytes = 4096

/** One onStatus on a message stream. `description` is shown to the encoder's user. */
export function sendStatus(link: MessageLink, messageStreamId: number, level: StatusLevel, code: string, description: string): void {
  link.sendCommand('onStatus', 0, [null, statusObject(level, code, description)], messageStreamId)
}

/** All that a client expects after connect. Spec: RTMP 1.0 §7.2.1.1, in the order of its message flow */
export function replyConnect(link: MessageLink, transactionId: number, request: ConnectRequest): void {
  link.announceAckWindow(defaultAckWindowBytes)
  link.sendPeerBandwidth(defaultAckWindowBytes, PeerBandwidthLimit.dynamic)
  link.sendUserControl(UserControlEvent.streamBegin, 0)
  link.announceChunkBytes(answerChunkBytes)
  link.sendCommand('_result', transactionId, connectResult(request))
}

/** The yes to publish. FMLE and hardware encoders made after it wait for onFCPublish, the others for onStatus; each passes over the other. */
export function replyPublish(link: MessageLink, messageStreamId: number): void {
  link.sendUserControl(UserControlEvent.streamBegin, messageStreamId)
  link.sendCommand('onFCPublish', 0, [null, statusObject('status', 'NetStream.Publish.Start', 'Publishing.')])
  sendStatus(link, messageStreamId, 'status', 'NetStream.Publish.Start', 'Publishing.')
}

/** The yes to play, with the chunk size that shared wire bytes need. Spec: RTMP 1.0 §7.2.2.1 */
export function replyPlay(link: MessageLink, messageStreamId: number): void {
  link.announceChunkBytes(wireChunkBytes)
  link.sendUserControl(UserControlEvent.streamBegin, messageStreamId)
  sendStatus(link, messageStreamId, 'status', 'NetStream.Play.Reset', 'Playing and resetting.')
  sendStatus(link, messageStreamId, 'status', 'NetStream.Play.Start', 'Started playing.')
  link.sendData(writeAmf0(['|RtmpSampleAccess', true, true]), messageStreamId)
  link.sendData(writeAmf0(['onStatus', { code: 'NetStream.Data.Start' }]), messageStreamId)
}

/** The answer to an unpublish: what FMS says to a publisher that leaves. */
export function replyUnpublish(link: MessageLink, messageStreamId: number, by: string): void {
  const text = 'The stream is no longer published.'
  if (by === 'FCUnpublish') link.sendCommand('onFCUnpublish', 0, [null, statusObject('status', 'NetStream.Unpublish.Success', text)])
  sendStatus(link, messageStreamId, 'status', 'NetStream.Unpublish.Success', text)
}

/** A player's stream is over for good. */
export function sendPlayOver(link: MessageLink, messageStreamId: number): void {
  link.sendUserControl(UserControlEvent.streamEof, messageStreamId)
  sendStatus(link, messageStreamId, 'status', 'NetStream.Play.UnpublishNotify', 'The stream is over.')
  sendStatus(link, messageStreamId, 'status', 'NetStream.Play.Stop', 'The stream is over.')
}
