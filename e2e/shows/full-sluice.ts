import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { until } from '../support/wait.ts'
import { freePorts } from '../web/free-ports.ts'

/** What is left to do at the end: a test, or a run of the soak. */
export type Owner = { after(run: () => void | Promise<void>): void }

export type FullSluiceOptions = {
  readonly engines?: number
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A folder of its own unless given. */
  readonly dataDir?: string
  /** What it is started by: `prlimit --nofile=256 --`. */
  readonly prefix?: readonly string[]
  /** False: control without its supervisor, for tests that end it and start it again themselves. */
  readonly isSupervised?: boolean
}

/** A Sluice as `npm start` runs it, control under its supervisor and engines as processes, on loopback and ports of its own. */
export type FullSluice = {
  readonly url: string
  readonly token: string
  readonly ports: { readonly http: number; readonly mediaHttp: number; readonly rtmp: number; readonly rtmps: number; readonly srt: number }
  readonly dataDir: string
  /** Its TMPDIR. */
  readonly tempDir: string
  /** What it wrote to the terminal. */
  said(): string
  api<T>(method: string, path: string, body?: unknown): Promise<T>
  /** The status of /readyz, 0 when nobody answers. */
  ready(): Promise<number>
  /** The process of control now, or null between two. */
  controlPid(): number | null
  /** The process of each engine by its id, by the last start that was told. */
  enginePids(): Promise<Map<string, number>>
  /** Starts it again after it ended. */
  startAgain(): Promise<void>
  stop(): Promise<void>
}

const controlMain = fileURLToPath(new URL('../../apps/control/src/main.ts', import.meta.url))
const cli = fileURLToPath(new URL('../../apps/cli/bin/sluice.mjs', import.meta.url))
const token = 'admin-token-for-tests-0123456789'
const readyWithinMs = 60_000
const stopWithinMs = 30_000

export async function startFullSluice(owner: Owner, options: FullSluiceOptions = {}): Promise<FullSluice> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-full-'))
  const dataDir = options.dataDir ?? join(folder, 'data')
  const tempDir = join(folder, 'tmp')
  mkdirSync(tempDir)
  const [http = 0, mediaHttp = 0, rtmp = 0, rtmps = 0, srt = 0] = await freePorts(5)
  const ports = { http, mediaHttp, rtmp, rtmps, srt }
  const portFlags = Object.entries({ http, 'media-http': mediaHttp, rtmp, rtmps, srt }).flatMap(([name, port]) => [
    `--${name}-port`,
    String(port),
  ])
  const own = ['--data-dir', dataDir, '--host', '127.0.0.1', '--allow-private-targets', '--srt-input-ports', 'off', ...portFlags]
  const { isSupervised = true } = options
  const program = isSupervised ? [cli, 'up'] : [controlMain]
  const args = [...program, ...own, '--engines', String(options.engines ?? 1), ...(options.flags ?? [])]
  const [command = '', ...rest] = [...(options.prefix ?? []), process.execPath, ...args]
  // Tests of the prober turn it on: it would take its share of what others measure.
  const env = { ...process.env, TMPDIR: tempDir, SLUICE_ADMIN_TOKEN: token, SLUICE_PROBES: 'off', ...options.env }
  const state = { boot: null as ChildProcess | null, said: () => '' }
  const start = async (): Promise<void> => {
    const boot = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = collect(boot)
    Object.assign(state, { boot, said })
    // The last line of its welcome.
    await until('Sluice is up', () => said().includes('Ctrl-C') || boot.exitCode !== null, readyWithinMs)
    assert.equal(boot.exitCode, null, said())
  }
  const url = `http://127.0.0.1:${http}`
  const stop = async (): Promise<void> => {
    if (state.boot !== null) await end(state.boot)
    rmSync(folder, { recursive: true, force: true })
  }
  owner.after(stop)
  await start()
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await response.text()
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  return {
    url,
    token,
    ports,
    dataDir,
    tempDir,
    said: () => state.said(),
    api,
    ready: () =>
      fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) }).then(
        (answer) => answer.status,
        () => 0,
      ),
    controlPid: () => (isSupervised ? (childrenOf(state.boot!.pid!)[0] ?? null) : state.boot!.pid!),
    enginePids: () => enginePids((path) => api('GET', path)),
    startAgain: start,
    stop,
  }
}

/** All that a process writes, the last part of it. */
function collect(child: ChildProcess): () => string {
  let said = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-200_000)
    })
  }
  return () => said
}

async function enginePids(get: (path: string) => Promise<Page<StoredEvent>>): Promise<Map<string, number>> {
  const { items } = await get(`${paths.eventLog}?channel=none&limit=200`)
  const starts = items.filter(({ name }) => name === 'engine.started').toReversed()
  return new Map(starts.map(({ subjectId, data }) => [subjectId ?? '', Number(data['pid'])]))
}

/** Processes that `pid` has started, the youngest last. None when it is gone. Spec: proc_pid_task(5) */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

export const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(statOf(pid))

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return ''
  }
}

async function end(boot: ChildProcess): Promise<void> {
  if (boot.exitCode !== null || boot.signalCode !== null) return
  const ended = once(boot, 'exit')
  boot.kill('SIGTERM')
  const hard = setTimeout(() => boot.kill('SIGKILL'), stopWithinMs)
  await ended
  clearTimeout(hard)
}
