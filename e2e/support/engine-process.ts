import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { engineEnv, engineMallocEnv, engineNodeFlags, settings } from '@sluice/contract/settings'
import { ControlStub, playIdOf } from '@sluice/testkit/engine-link'
import { makeFolder } from './folder.ts'
import { type Program, startProgram } from './program.ts'
import { startViewersProcess, type ViewersProcess } from './viewers-process.ts'
import { until } from './wait.ts'

const engineMain = fileURLToPath(new URL('../../apps/engine/src/main.ts', import.meta.url))

/** An engine in a process of its own with control's side of its link, as control starts it. */
export type EngineProcess = {
  readonly program: Program
  /** Null: none was asked for. */
  readonly viewers: ViewersProcess | null
  readonly control: ControlStub
  readonly ports: ControlStub['hello']['ports']
  readonly runDir: string
  /** `rtmp://127.0.0.1:PORT/live/KEY` */
  publishUrl(key: string): string
  hlsUrl(channelId: string): string
  /** Resident memory of the process in bytes, as the kernel counts it. */
  residentBytes(): number
}

export type EngineProcessOptions = {
  readonly runDir?: string
  readonly engineId?: string
  /** Ports of an engine that was there before; free ones unless given. */
  readonly ports?: { readonly rtmp: number }
  /** The process that serves its viewers: one that is there already, or `start` for a new one. Absent: nobody can watch over HTTP. */
  readonly viewers?: ViewersProcess | 'start'
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  /** How many files the process may open. */
  readonly descriptors?: number
}

/** Starts an engine on 127.0.0.1 and waits until it can be used. Outputs may go to loopback. */
export async function startEngineProcess(t: TestContext, options: EngineProcessOptions = {}): Promise<EngineProcess> {
  const { runDir = makeFolder(t), engineId = 'e2e', ports, tls } = options
  const env: NodeJS.ProcessEnv = {
    ...engineMallocEnv,
    ...process.env,
    [engineEnv.engineId]: engineId,
    [engineEnv.runDir]: runDir,
    [engineEnv.settingsDigest]: '',
    [settings.host.env]: '127.0.0.1',
    [settings.rtmpPort.env]: String(ports?.rtmp ?? 0),
    [settings.rtmpsPort.env]: '0',
    [settings.srtPort.env]: '0',
    [settings.dataDir.env]: runDir,
    [settings.logLevel.env]: 'warn',
    [settings.tlsCertFile.env]: tls?.certFile ?? '',
    [settings.tlsKeyFile.env]: tls?.keyFile ?? '',
  }
  const limit = options.descriptors === undefined ? [] : ['prlimit', `--nofile=${options.descriptors}`, '--']
  const [command = '', ...args] = [...limit, process.execPath, ...engineNodeFlags, engineMain]
  const program = startProgram(t, command, args, { env })
  const viewers = options.viewers === 'start' ? await startViewersProcess(t, runDir) : (options.viewers ?? null)
  const control = await connectSoon(path.join(runDir, `${engineId}.sock`), program)
  t.after(() => control.close())
  return {
    program,
    viewers,
    control,
    ports: control.hello.ports,
    runDir,
    publishUrl: (key) => `rtmp://127.0.0.1:${control.hello.ports.rtmp}/live/${key}`,
    hlsUrl(channelId) {
      assert.ok(viewers !== null, 'this engine was started without the process that serves viewers')
      return `http://127.0.0.1:${viewers.port}/${playIdOf(channelId)}/media.m3u8`
    },
    residentBytes: () => residentBytesOf(program.pid),
  }
}

/** The link shows up when the engine is ready; a file left by a killed engine refuses until then. */
async function connectSoon(linkPath: string, program: Program): Promise<ControlStub> {
  const found: { control: ControlStub | null } = { control: null }
  await until(`an engine at its link; it says: ${program.output()}`, async () => {
    if (program.hasEnded()) throw new Error(`the engine ended: ${program.output()}`)
    found.control = await ControlStub.connect(linkPath).catch(() => null)
    return found.control?.hello.pid === program.pid
  })
  return found.control!
}

function residentBytesOf(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kb) * 1024
}
