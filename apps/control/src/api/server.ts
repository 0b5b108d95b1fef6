import { paceRequests } from '@sluice/base/http'
import { problemKinds } from '@sluice/contract/errors'
import Fastify, { type FastifyInstance } from 'fastify'
import { admitConnections } from './admission.ts'
import type { App } from './app.ts'
import { answerSerializer } from './exact-answer.ts'
import { addSecurityHeaders } from './headers.ts'
import { addHealth } from './health.ts'
import { ignoreExpectations, refuseMalformed, requireOneHost } from './malformed.ts'
import { addReference } from './openapi.ts'
import { addPages, consolePage } from './pages.ts'
import { handleError, problemOf, sendProblem } from './problems.ts'
import { v1 } from './v1.ts'

const maxBodyBytes = 256 * 1024
/** For a whole request to arrive: a client that trickles bytes holds a connection no longer. */
const requestLimitMs = 30_000
const keepAliveMs = 65_000

/** The HTTP server with everything on it, not yet listening. */
export async function createServer(app: App, version: string): Promise<FastifyInstance> {
  const trustedProxies = app.settings.trustedProxies ?? 'loopback'
  const server = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    // Bodies have the same limit, but for files: see limitBodies.
    http: { headersTimeout: requestLimitMs, requestTimeout: 0, requireHostHeader: false },
    clientErrorHandler: refuseMalformed,
    // What the router refuses before it knows a route.
    frameworkErrors: (error, request, reply) => void handleError(app.log, error, request, reply),
    keepAliveTimeout: keepAliveMs,
    trustProxy: trustedProxies.split(',').map((proxy) => proxy.trim()),
    // Event streams never end by themselves.
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 200 },
  })
  // In this order: seats are asked for before anything is read.
  paceRequests(server.server)
  admitConnections(server, { clock: app.platform.clock, log: app.log })
  // Services check their input themselves, in the same schemas: here they only describe.
  server.setValidatorCompiler(() => (value) => ({ value }))
  server.setSerializerCompiler(answerSerializer)
  server.setErrorHandler((error, request, reply) => handleError(app.log, error as Parameters<typeof handleError>[1], request, reply))
  ignoreExpectations(server)
  acceptEmptyJson(server)
  addSecurityHeaders(server)
  server.addHook('onRequest', async (request) => requireOneHost(request))
  limitBodies(server)
  watchRequests(server, app)
  await addReference(server, version)
  await server.register(async (scope) => v1(scope, app))
  addHealth(server, app)
  await addPages(server, app)
  server.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !/^\/(api|assets|player-assets|docs)\b/.test(request.url) && !request.url.includes('.')
    if (isPage) return consolePage(app, request, reply)
    return sendProblem(reply, problemOf('NOT_FOUND', `There is nothing at this path for ${request.method}.`))
  })
  return server
}

/** Ends the connection of a request whose body does not come in time. An upload may take longer: its route wants steady progress. */
function limitBodies(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => {
    const { raw } = request
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers
    const hasBody = length !== '0' || encoding !== undefined
    if (!hasBody || raw.complete || request.routeOptions.config.isUpload === true) return
    const timer = setTimeout(() => {
      if (!raw.complete) raw.socket.destroy()
    }, requestLimitMs).unref()
    for (const over of ['end', 'close']) raw.once(over, () => clearTimeout(timer))
  })
}

/** A POST that needs no body may still say that it is JSON, as browsers' clients do. */
function acceptEmptyJson(server: FastifyInstance): void {
  server.removeContentTypeParser('application/json')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(Object.assign(new Error('The request body is not valid JSON.'), { statusCode: problemKinds.REQUEST_INVALID.status }))
    }
  })
}

/** Counts and logs by the route's pattern: the address itself may hold what is nobody's business. */
function watchRequests(server: FastifyInstance, app: App): void {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    app.metrics.requestDone(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
    app.log.debug({ requestId: request.id, method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime }, 'request')
  })
}
