import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@sluice/base/clock'
import { type Logger, silentLogger } from '@sluice/base/log'
import type { CreatedApiKey, Scope } from '@sluice/contract/api'
import { paths, workspaceScopes } from '@sluice/contract/api'
import { Problem } from '@sluice/contract/errors'
import { readSettings } from '@sluice/contract/settings'
import type { Converter } from '../clips/index.ts'
import { type RunningControl, startControl } from '../start-control.ts'
import { FakeHost } from './fake-engines.ts'
import { testDatabaseUrl } from './postgres-database.ts'

export const adminToken = 'admin-token-for-tests-0123456789'

export type Answer = { status: number; headers: Headers; body: unknown }
type Asked = { body?: unknown; headers?: Record<string, string> }

/** A caller of the API: every method gives status and parsed body. */
export class Caller {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>

  constructor(url: string, headers: Record<string, string>) {
    this.url = url
    this.headers = headers
  }

  async ask(method: string, path: string, { body, headers = {} }: Asked = {}): Promise<Answer> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const init = { method, headers: { ...json, ...this.headers, ...headers } }
    const response = await fetch(this.url + path, body === undefined ? init : { ...init, body: JSON.stringify(body) })
    const text = await response.text()
    const isJson = (response.headers.get('content-type') ?? '').includes('json')
    return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('GET', path, { headers })
  }

  /** The answer of a call that must succeed. */
  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, { body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body as T
  }

  /** The problem of a call that must fail. */
  async refused(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Problem> {
    const answer = await this.ask(method, path, { body, headers })
    if (answer.status < 300) throw new Error(`${method} ${path} was not refused: ${JSON.stringify(answer.body)}`)
    return Problem.parse(answer.body)
  }

  /** The same caller with more headers. */
  with(headers: Record<string, string>): Caller {
    return new Caller(this.url, { ...this.headers, ...headers })
  }
}

export type ControlUnderTest = {
  control: RunningControl
  host: FakeHost
  dataDir: string
  /** Nobody. */
  anyone: Caller
  /** The bearer of the operator's token, in the first workspace. */
  operator: Caller
  /** The operator in a new workspace of its own. */
  newWorkspace(): Promise<{ id: string; operator: Caller }>
  stop(): Promise<void>
}

export type TestOptions = {
  clock?: Clock
  log?: Logger
  flags?: readonly string[]
  env?: Record<string, string>
  host?: FakeHost
  dataDir?: string
  guardWindowMs?: number
  converter?: Converter
}

/** A whole control on an ephemeral port, with engines that only speak. */
export async function startTestControl(options: TestOptions = {}): Promise<ControlUnderTest> {
  const { clock = systemClock, log = silentLogger, flags = [], env = {}, host = new FakeHost() } = options
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sluice-control-'))
  const databaseUrl = await testDatabaseUrl(dataDir)
  const database = databaseUrl === undefined ? [] : ['--database-url', databaseUrl]
  const settings = readSettings(['--http-port', '0', '--host', '127.0.0.1', '--data-dir', dataDir, ...database, ...flags], {
    SLUICE_ADMIN_TOKEN: adminToken,
    // Its engines only speak: there is nothing to play.
    SLUICE_PROBES: 'off',
    ...env,
  })
  const control = await startControl({
    settings,
    log,
    clock,
    host,
    env: {},
    ...(options.converter === undefined ? {} : { converter: options.converter }),
    ...(options.guardWindowMs === undefined ? {} : { guardWindowMs: options.guardWindowMs }),
  })
  const anyone = new Caller(control.url, {})
  const operator = anyone.with({ authorization: `Bearer ${adminToken}` })
  return {
    control,
    host,
    dataDir,
    anyone,
    operator,
    async newWorkspace() {
      const { id } = await operator.ok<{ id: string }>('POST', paths.workspaces, { name: 'Test' })
      return { id, operator: operator.with({ 'sluice-workspace': id }) }
    },
    async stop() {
      await control.stop()
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Who signs in: the cookies of a browser after it, and the origin that it states. */
export function asBrowser(caller: Caller, answer: Answer): Caller {
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0])
  return caller.with({ cookie: cookie.join('; '), origin: caller.url })
}

/** A request with headers that `fetch` does not let a caller choose, `Host` among them; `headers` in raw order, names may repeat. */
export async function askRaw(
  caller: Caller,
  method: string,
  path: string,
  { headers = [], body }: { headers?: readonly (readonly [string, string])[]; body?: string | Buffer } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { hostname, port } = new URL(caller.url)
  const all = [...Object.entries(caller.headers), ...headers].flat()
  const request = httpRequest({ hostname, port, method, path, headers: all, setHost: false, agent: false })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }
}

/** A caller with an API key of some scopes, made by `owner`. */
export async function keyWith(owner: Caller, wanted: readonly Scope[]): Promise<Caller> {
  const { key } = await owner.ok<CreatedApiKey>('POST', paths.apiKeys, { name: wanted.join(' ').slice(0, 80), scopes: wanted })
  return owner.with({ authorization: `Bearer ${key}` })
}

/** A caller that may read everything of the shows, and write nothing. */
export const readOnly = (owner: Caller): Promise<Caller> =>
  keyWith(
    owner,
    workspaceScopes.filter((scope) => scope.endsWith(':read') && scope !== 'audit:read'),
  )
