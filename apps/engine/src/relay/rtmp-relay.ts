import { systemClock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import {
  openRtmpPlayer,
  openRtmpPublisher,
  type PlayVerdict,
  type PublishRequest,
  type PublishVerdict,
  type RtmpCloseReason,
  type RtmpPublisher,
  type RtmpServerSession,
  type RtmpSink,
  writeMediaMessage,
} from '@sluice/protocols/rtmp'
import { NotesOut } from './notes-out.ts'
import { isOwnMessage, rtmpNote } from './relayed-notes.ts'

/** The relay speaks RTMP over the owner's local socket: nothing new to parse, and back pressure as ever. The host is a name only. */
export const relayUrl = 'rtmp://relay/live'
/** What may wait for an owner or a player that does not read: 10 s of 12 Mbit/s. */
const maxQueuedBytes = 16 * 1024 * 1024

/** The owner's sentence, without what the client puts before it: `the server refused publish: NetStream.Publish.Denied: `. */
const ownWords = (message: string): string => message.replace(/^the server refused \w+: [\w.]+: /, '')

/** Hands a publisher on to the engine that has its channel: a publisher of our own there under its bare key, fed message by message. */
export function relayPublish(
  relayPath: string,
  key: string,
  request: PublishRequest,
  session: RtmpServerSession,
  parts: { protocol: string; log: Logger },
): Promise<PublishVerdict> {
  return new Promise((resolve) => {
    let isDecided = false
    const decide = (verdict: PublishVerdict): void => {
      isDecided = true
      resolve(verdict)
    }
    const relay: RtmpPublisher = openRtmpPublisher({
      url: relayUrl,
      streamKey: key,
      socketPath: relayPath,
      clock: systemClock,
      log: parts.log,
      enhanced: true,
      extras: {
        flashVer: request.encoder,
        sluiceProtocol: parts.protocol,
        sluiceRemoteAddress: request.remoteAddress,
        sluiceRenditions: new URLSearchParams(request.query).has('clientConfigId'),
      },
      handler: {
        onReady: (publisher) => decide({ accept: true, sink: sinkOf(publisher) }),
        onClose: (failure) => {
          // Before the verdict this is the owner's refusal, which the encoder is to hear; after it the end of the session.
          const code = failure.kind === 'duplicate-publisher' ? 'in-use' : failure.kind === 'auth' ? 'bad-key' : 'refused'
          if (isDecided) session.close(failure.message)
          else decide({ accept: false, code, description: ownWords(failure.message) })
        },
      },
    })

    const sinkOf = (publisher: RtmpPublisher): RtmpSink => {
      const notes = new NotesOut((body) => publisher.write(writeMediaMessage('data', 0, publisher.messageStreamId, [body])), parts.log)
      return {
        onMessage(kind, timestampMs, body) {
          // The owner believes these: an encoder must not speak for us.
          if (kind === 'data' && isOwnMessage(body)) return
          publisher.write(writeMediaMessage(kind, timestampMs, publisher.messageStreamId, [body]))
          if (publisher.queuedBytes > maxQueuedBytes) session.close('the engine that has the channel does not read')
        },
        onLeftOut: (what, name) => notes.add(rtmpNote(what, name)),
        // A cut stays a cut: only an encoder's own word is passed on as one.
        onClose(reason: RtmpCloseReason) {
          notes.close()
          if (reason.kind === 'unpublish') relay.close()
          else relay.abort()
        },
      }
    }
  })
}

/** Hands a player on: plays from the engine that has the channel and passes each message to the player here. */
export function relayPlay(relayPath: string, key: string, log: Logger): PlayVerdict {
  return {
    accept: true,
    onReady(player) {
      const relay = openRtmpPlayer({
        url: relayUrl,
        streamKey: key,
        socketPath: relayPath,
        clock: systemClock,
        log,
        enhanced: player.enhanced !== null,
        sink: {
          onMessage(kind, timestampMs, body) {
            player.write(writeMediaMessage(kind, timestampMs, player.messageStreamId, [body]))
            if (player.queuedBytes > maxQueuedBytes) player.close('it reads more slowly than the programme arrives')
          },
          onClose: (reason) => player.close(reason.message),
        },
        handler: {
          onClose: (failure) => player.close(failure.message),
        },
      })
      player.onClose = () => relay.close()
    },
  }
}

/** Tells the engine that has the channel of an encoder that was refused here, so that its input and its timeline say so. */
export function relayRefusal(relayPath: string, refused: { key: string; code: string; remoteAddress: string; log: Logger }): void {
  const publisher = openRtmpPublisher({
    url: relayUrl,
    streamKey: refused.key,
    socketPath: relayPath,
    clock: systemClock,
    log: refused.log,
    extras: { sluiceProtocol: 'srt', sluiceRemoteAddress: refused.remoteAddress, sluiceRefused: refused.code },
    handler: { onReady: () => publisher.close(), onClose() {} },
  })
}
