import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import {
  openRtmpPlayer,
  openRtmpPublisher,
  type PublishRequest,
  type PublishVerdict,
  type RtmpCloseReason,
  type RtmpPlayer,
  type RtmpPlayerOptions,
  type RtmpPublisher,
  type RtmpPublisherOptions,
  serveRtmp,
  writeMediaMessage,
} from '../index.ts'
import type { FlvTag } from './flv.ts'

/** A server of ours on a port of its own. It takes publishers under any key but `wrong`, and feeds `tags` to the first player; later ones find nothing. */
export type TestServer = {
  port: number
  published: { request: PublishRequest; tags: FlvTag[]; closed: Promise<RtmpCloseReason> }[]
  nextPublish: Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** `isOpenEnded`: the player is left waiting behind the last tag. */
export async function startServer(
  options: { tags?: readonly FlvTag[]; tls?: { cert: string; key: string }; isOpenEnded?: boolean } = {},
): Promise<TestServer> {
  const sockets = new Set<Socket>()
  const published: TestServer['published'] = []
  const first = Promise.withResolvers<void>()
  let players = 0
  const onPublish = (request: PublishRequest): PublishVerdict => {
    if (request.name === 'wrong') return { accept: false, code: 'bad-key', description: 'Nobody publishes under this key.' }
    const tags: FlvTag[] = []
    const closed = Promise.withResolvers<RtmpCloseReason>()
    published.push({ request, tags, closed: closed.promise })
    first.resolve()
    return {
      accept: true,
      sink: {
        onMessage: (kind, timestampMs, body) => tags.push({ kind, timestampMs, body }),
        onClose: (reason) => closed.resolve(reason),
      },
    }
  }
  const feed = (player: RtmpPlayer): void => {
    for (const { kind, timestampMs, body } of options.tags ?? []) {
      player.write(writeMediaMessage(kind, timestampMs, player.messageStreamId, [body]))
    }
    if (options.isOpenEnded !== true) player.close('all is sent')
  }
  const onSocket = (socket: Socket): void => {
    sockets.add(socket)
    serveRtmp(socket, {
      clock: systemClock,
      log: silentLogger,
      handler: {
        onPublish,
        onPlay: () =>
          players++ === 0 ? { accept: true, onReady: feed } : { accept: false, code: 'not-found', description: 'Played once.' },
      },
    })
  }
  const server: Server = options.tls === undefined ? createServer(onSocket) : createTlsServer(options.tls, onSocket)
  if (options.tls !== undefined) server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    published,
    nextPublish: first.promise,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

type Where<Options> = { url: string; streamKey: string } & Partial<Omit<Options, 'handler' | 'sink'>>

/** Publishes until the server says yes, or gives the failure. */
export function publish(where: Where<RtmpPublisherOptions>): {
  ready: Promise<RtmpPublisher>
  closed: Promise<Failure>
  publisher: RtmpPublisher
} {
  const ready = Promise.withResolvers<RtmpPublisher>()
  const closed = Promise.withResolvers<Failure>()
  const publisher = openRtmpPublisher({
    clock: systemClock,
    log: silentLogger,
    ...where,
    handler: {
      onReady: ready.resolve,
      onClose(failure) {
        ready.reject(new Error(`${failure.kind} ${failure.code}: ${failure.message}`))
        closed.resolve(failure)
      },
    },
  })
  ready.promise.catch(() => {})
  return { ready: ready.promise, closed: closed.promise, publisher }
}

/** Sends all tags and waits until the kernel has taken them. */
export async function sendTags(publisher: RtmpPublisher, tags: readonly FlvTag[]): Promise<void> {
  for (const { kind, timestampMs, body } of tags) publisher.write(writeMediaMessage(kind, timestampMs, publisher.messageStreamId, [body]))
  await until(() => publisher.queuedBytes === 0)
}

/** Plays to the end of the stream, or to `maxTags` messages. */
export async function play(
  where: Where<RtmpPlayerOptions>,
  maxTags = Number.POSITIVE_INFINITY,
): Promise<{ tags: FlvTag[]; reason: RtmpCloseReason }> {
  const tags: FlvTag[] = []
  const closed = Promise.withResolvers<RtmpCloseReason>()
  const client = openRtmpPlayer({
    clock: systemClock,
    log: silentLogger,
    ...where,
    sink: {
      onMessage: (kind, timestampMs, body) => tags.push({ kind, timestampMs, body }),
      onReadEnd: () => tags.length >= maxTags && client.close(),
      onClose: closed.resolve,
    },
    handler: { onClose: () => {} },
  })
  return { tags, reason: await closed.promise }
}

/** Waits for something that no event tells, looking every few milliseconds; fails after `maxMs`. For real sockets only. */
export async function until(isSo: () => boolean, maxMs = 10_000): Promise<void> {
  const endMs = Date.now() + maxMs
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(`did not happen within ${maxMs} ms: ${isSo}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
