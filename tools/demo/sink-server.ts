import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type Clock, systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { type PublishVerdict, type RtmpServerSession, serveRtmp } from '@sluice/protocols/rtmp'

/** How a destination behaves: `takes` everything, or `revokes` the key some time into the show, as a platform may. */
export type SinkBehaviour = { readonly kind: 'takes' } | { readonly kind: 'revokes'; readonly afterMs: number }

/** A destination of the demo, in this process. */
export type SinkServer = {
  readonly url: string
  readonly streamKey: string
  readonly figures: SinkFigures
  close(): void
}

/** What arrived: all sessions together. */
export type SinkFigures = { sessions: number; isConnected: boolean; bytes: number; videoFrames: number; refusals: number }

/** Opens an RTMP server on a free port of 127.0.0.1 that takes one stream key and counts what it is sent. */
export async function openSink(streamKey: string, behaviour: SinkBehaviour, clock: Clock = systemClock): Promise<SinkServer> {
  const sink = new Sink(streamKey, behaviour, clock)
  const server = createServer((socket) => sink.serve(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `rtmp://127.0.0.1:${port}/live`,
    streamKey,
    figures: sink.figures,
    close: () => {
      server.close()
      sink.close()
    },
  }
}

class Sink {
  readonly figures: SinkFigures = { sessions: 0, isConnected: false, bytes: 0, videoFrames: 0, refusals: 0 }
  readonly #streamKey: string
  readonly #behaviour: SinkBehaviour
  readonly #clock: Clock
  readonly #sessions = new Set<RtmpServerSession>()
  #isRevoked = false

  constructor(streamKey: string, behaviour: SinkBehaviour, clock: Clock) {
    this.#streamKey = streamKey
    this.#behaviour = behaviour
    this.#clock = clock
  }

  serve(socket: Parameters<typeof serveRtmp>[0]): void {
    const session = serveRtmp(socket, {
      clock: this.#clock,
      log: silentLogger,
      handler: {
        onPublish: (request, publisher) => this.#onPublish(request.name, publisher),
        onPlay: () => ({ accept: false, code: 'refused', description: 'this server only receives' }),
        onSessionEnd: (ended) => this.#sessions.delete(ended),
      },
    })
    this.#sessions.add(session)
  }

  close(): void {
    for (const session of this.#sessions) session.close('the demo ends')
  }

  #onPublish(name: string, session: RtmpServerSession): PublishVerdict {
    const { figures } = this
    if (name !== this.#streamKey || this.#isRevoked) {
      figures.refusals++
      return { accept: false, code: 'bad-key', description: 'this stream key is not valid' }
    }
    figures.sessions++
    figures.isConnected = true
    if (this.#behaviour.kind === 'revokes') this.#clock.after(this.#behaviour.afterMs, () => this.#revoke(session))
    return {
      accept: true,
      sink: {
        onMessage(kind, _timestampMs, body) {
          figures.bytes += body.length
          if (kind === 'video') figures.videoFrames++
        },
        onClose() {
          figures.isConnected = false
        },
      },
    }
  }

  #revoke(session: RtmpServerSession): void {
    this.#isRevoked = true
    session.close('the stream key was revoked')
  }
}
