import type { FastifyInstance } from 'fastify'
import type { App } from './app.ts'
import { authenticate } from './caller.ts'
import { addIdempotency } from './idempotency.ts'
import { requirePermission } from './permission.ts'
import { accessRoutes } from './routes/access.ts'
import { broadcastRoutes } from './routes/broadcasts.ts'
import { channelRoutes } from './routes/channels.ts'
import { clipRoutes } from './routes/clips.ts'
import { destinationRoutes } from './routes/destinations.ts'
import { enhancedBroadcastingRoutes } from './routes/enhanced-broadcasting.ts'
import { eventPageRoutes } from './routes/event-page.ts'
import { eventRoutes } from './routes/events.ts'
import { failoverRoutes } from './routes/failover.ts'
import { guestRoutes } from './routes/guest.ts'
import { inputRoutes } from './routes/inputs.ts'
import { joinRoutes } from './routes/join.ts'
import { latencyRoutes } from './routes/latency.ts'
import { memberRoutes } from './routes/members.ts'
import { outputRoutes } from './routes/outputs.ts'
import { pictureRoutes } from './routes/pictures.ts'
import { playRoutes } from './routes/play.ts'
import { playbackRoutes } from './routes/playback.ts'
import { playerRoutes } from './routes/players.ts'
import { policyRoutes } from './routes/policies.ts'
import { preflightRoutes } from './routes/preflight.ts'
import { probeRoutes } from './routes/probes.ts'
import { recordingRoutes } from './routes/recordings.ts'
import { rollbackRoutes } from './routes/rollback.ts'
import { rungRoutes } from './routes/rungs.ts'
import { sessionRoutes } from './routes/session.ts'
import { showRoutes } from './routes/show.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { thumbnailRoutes } from './routes/thumbnails.ts'
import { triageRoutes } from './routes/triage.ts'
import { twoFactorRoutes } from './routes/two-factor.ts'

/** Everything under /api/v1. What each route asks of its caller is one table: `routePermissions` of the contract. */
export async function v1(server: FastifyInstance, app: App): Promise<void> {
  server.decorateRequest('principal', null)
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store')
    await authenticate(app, request, reply)
    requirePermission(app, request)
  })
  addIdempotency(server, app)
  sessionRoutes(server, app)
  signInRoutes(server, app)
  twoFactorRoutes(server, app)
  joinRoutes(server, app)
  memberRoutes(server, app)
  accessRoutes(server, app)
  channelRoutes(server, app)
  broadcastRoutes(server, app)
  inputRoutes(server, app)
  outputRoutes(server, app)
  rungRoutes(server, app)
  enhancedBroadcastingRoutes(server, app)
  destinationRoutes(server, app)
  eventRoutes(server, app)
  guestRoutes(server, app)
  showRoutes(server, app)
  failoverRoutes(server, app)
  latencyRoutes(server, app)
  playRoutes(server, app)
  playerRoutes(server, app)
  policyRoutes(server, app)
  preflightRoutes(server, app)
  probeRoutes(server, app)
  triageRoutes(server, app)
  thumbnailRoutes(server, app)
  rollbackRoutes(server, app)
  recordingRoutes(server, app)
  await server.register(async (scope) => clipRoutes(scope, app))
  await server.register(async (scope) => pictureRoutes(scope, app))
  await server.register(async (scope) => eventPageRoutes(scope, app))
  await server.register(async (scope) => playbackRoutes(scope, app))
}
