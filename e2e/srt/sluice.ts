import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../web/free-ports.ts'
import { Child } from './child.ts'

const controlMain = fileURLToPath(new URL('../../apps/control/src/main.ts', import.meta.url))
const pollMs = 200
const waitMs = 30_000

/** A real Sluice on loopback with a data folder and an operator token of its own. */
export type Sluice = {
  readonly http: string
  readonly srtPort: number
  readonly rtmpPort: number
  /** Calls the API; throws with the problem's code and detail. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>
  /** The text of /metrics. */
  metrics(): Promise<string>
  /** Sends a file as it is. */
  upload<T>(path: string, contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<T>
  /** Asks `get` five times a second until its answer satisfies; rejects after 30 s. */
  until<T>(what: string, get: () => Promise<T>, isGood: (value: T) => boolean): Promise<T>
  stop(): Promise<void>
}

export async function startSluice(options: { engines?: number; host?: string } = {}): Promise<Sluice> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-srt-'))
  const [http = 0, media = 0, rtmp = 0, rtmps = 0, srt = 0] = await freePorts(5)
  const ports = { http, 'media-http': media, rtmp, rtmps, srt }
  const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)])
  // It would take its share of what these tests measure.
  const args = [
    controlMain,
    '--probes',
    'off',
    '--data-dir',
    dataDir,
    '--host',
    options.host ?? '127.0.0.1',
    '--allow-private-targets',
    ...flags,
  ]
  const token = randomBytes(24).toString('hex')
  const control = new Child(process.execPath, [...args, '--engines', String(options.engines ?? 1), '--log-level', 'warn'], {
    env: { SLUICE_ADMIN_TOKEN: token },
  })
  const origin = `http://127.0.0.1:${http}`
  async function ask<T>(method: string, path: string, init: { body?: RequestInit['body']; type?: string }): Promise<T> {
    const headers = { authorization: `Bearer ${token}`, ...(init.type === undefined ? {} : { 'content-type': init.type }) }
    const answer = await fetch(`${origin}/api/v1${path}`, { method, headers, ...(init.body === undefined ? {} : { body: init.body }) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? (undefined as T) : JSON.parse(text)
  }
  const sluice: Sluice = {
    http: origin,
    srtPort: srt,
    rtmpPort: rtmp,
    api: (method, path, body) => ask(method, path, body === undefined ? {} : { body: JSON.stringify(body), type: 'application/json' }),
    metrics: () => fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${token}` } }).then((answer) => answer.text()),
    upload: (path, type, body) => ask('POST', path, { body, type }),
    async until(what, get, isGood) {
      const deadlineMs = performance.now() + waitMs
      for (;;) {
        const value = await get()
        if (isGood(value)) return value
        if (performance.now() > deadlineMs) throw new Error(`no ${what} within ${waitMs} ms`)
        await sleep(pollMs)
      }
    },
    async stop() {
      await control.stop('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  await sluice.until(
    'readiness',
    () =>
      control.isRunning
        ? fetch(`${origin}/readyz`).then(
            (r) => r.ok,
            () => false,
          )
        : Promise.reject(new Error(control.said)),
    (isReady) => isReady,
  )
  return sluice
}
