import type { Socket } from 'node:net'
import { messageOf } from '@sluice/base/errors'
import { acceptedSocket } from '@sluice/base/http'
import { EventLogQuery, pageOf, paths, StreamMessage } from '@sluice/contract/api'
import { StoredEvent } from '@sluice/contract/events'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { channelInWorkspace, eventLog } from '../../services/channel/index.ts'
import { ProblemError, parseInput } from '../../services/index.ts'
import { frame, type Subscriber } from '../../stream/index.ts'
import type { App } from '../app.ts'
import { audienceOf, contextOf, credentialsOf, principalOf } from '../caller.ts'
import { describe } from '../describe.ts'

const heartbeatMs = 15_000
/** A revoked key or an ended session loses its stream within this time. */
const recheckMs = 60_000
const maxStreamsPerCaller = 50
const backlogPage = 500
const EventsQuery = z.object({ channel: z.string().optional() })

/** What happened, and the stream of what happens. */
export function eventRoutes(server: FastifyInstance, app: App): void {
  const log = { tag: 'events', summary: 'List the events of the workspace, newest first', operationId: 'getEventLog' } as const
  const logSchema = describe({ ...log, query: EventLogQuery, answer: pageOf(StoredEvent) })
  server.get(paths.eventLog, { schema: logSchema }, async (request) => eventLog(contextOf(app, request), request.query))

  const events = { tag: 'events', summary: 'Stream states, figures and events as server-sent events', operationId: 'streamEvents' } as const
  const schema = describe({ ...events, query: EventsQuery, answer: StreamMessage })
  server.get(paths.events, { schema }, async (request, reply) => {
    const ctx = contextOf(app, request)
    const { channel } = parseInput(EventsQuery, request.query)
    const sees = {
      events: ctx.scopes.has('event:read'),
      channels: ctx.scopes.has('channel:read'),
      outputs: ctx.scopes.has('output:read'),
    }
    if (!sees.events && !sees.channels && !sees.outputs) {
      throw new ProblemError('SCOPE_MISSING', `This needs the scope event:read, which ${ctx.actor.name} does not have.`)
    }
    if (channel !== undefined) await channelInWorkspace(ctx.platform.db, ctx.workspaceId, channel)
    if (app.hub.countOf(ctx.actor.id) >= maxStreamsPerCaller) {
      throw new ProblemError('STREAM_BUSY', `${maxStreamsPerCaller} event streams are open for ${ctx.actor.name}.`)
    }
    const { workspaceId, actor } = ctx
    const options = { actorId: actor.id, workspaceId, channelId: channel ?? null, sees, audience: audienceOf(app, request) }
    await openStream(app, request, reply, (cut) =>
      app.hub.subscribe({
        ...options,
        write: (text) => reply.raw.write(text),
        bufferedBytes: () => reply.raw.writableLength,
        cut,
      }),
    )
  })
}

/** Takes the connection over, tells what was missed, and keeps it until either side ends it. Spec: HTML §9.2 */
async function openStream(
  app: App,
  request: FastifyRequest,
  reply: FastifyReply,
  subscribe: (cut: (reason: string) => void) => Subscriber,
): Promise<void> {
  const { raw } = reply
  reply.hijack()
  const accepted = acceptedSocket(request.raw.socket) as Socket
  // A client that has gone while its key was looked up closes nothing any more: its stream would beat for ever.
  if (raw.destroyed || accepted.destroyed || accepted.readableEnded) return void raw.destroy()
  // Nobody reads a stream after closing a half of the connection: waiting for a write to fail takes two beats.
  accepted.once('end', () => raw.destroy())
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  // no-transform and x-accel-buffering: a proxy that collects the stream makes it useless.
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' })
  raw.write(': sluice\nretry: 1000\n\n')
  const subscriber = subscribe((reason) => {
    app.log.info({ reason }, 'event stream was cut')
    raw.destroy()
  })
  const beat = setInterval(() => (raw.destroyed ? end() : raw.write(': beat\n\n')), heartbeatMs)
  const recheck = setInterval(() => void stillAllowed(app, request).then((isAllowed) => !isAllowed && raw.destroy()), recheckMs)
  const end = (): void => {
    clearInterval(beat)
    clearInterval(recheck)
    app.hub.unsubscribe(subscriber)
  }
  raw.once('close', end)
  try {
    await sendMissed(app, request, reply, subscriber)
  } catch (error) {
    app.log.error({ error: messageOf(error) }, 'event stream could not resume')
    raw.destroy()
  }
}

/** Everything stored after the client's last event. What happens meanwhile waits in the subscriber and is not told twice. */
async function sendMissed(app: App, request: FastifyRequest, { raw }: FastifyReply, subscriber: Subscriber): Promise<void> {
  const { workspaceId, channelId, sees } = subscriber.options
  const last = Number(request.headers['last-event-id'] ?? Number.NaN)
  if (!sees.events || !Number.isSafeInteger(last)) return subscriber.resume(0)
  let seq = last
  for (;;) {
    const page = await app.events.after(seq, workspaceId, channelId, backlogPage)
    seq = Number(page.at(-1)?.id ?? seq)
    const isFull = raw.write(page.map((event) => frame({ type: 'event', event })).join(''))
    if (!isFull) await drained(raw)
    if (page.length < backlogPage || raw.destroyed) return subscriber.resume(seq)
  }
}

const drained = (raw: FastifyReply['raw']): Promise<void> =>
  new Promise((resolve) => {
    if (raw.destroyed) return resolve()
    raw.once('drain', resolve)
    raw.once('close', resolve)
  })

async function stillAllowed(app: App, request: FastifyRequest): Promise<boolean> {
  try {
    const now = await app.accounts.authenticate(credentialsOf(request))
    return now.workspace.id === principalOf(request).workspace.id
  } catch (error) {
    // A database that does not answer is no reason to blind the operators.
    return !(error instanceof ProblemError)
  }
}
