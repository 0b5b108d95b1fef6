import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import type { Clock } from '@sluice/base/clock'
import { type Logger, silentLogger } from '@sluice/base/log'
import { ControlStub } from '@sluice/testkit/engine-link'
import { type RunningEngine, startEngine } from '../start-engine.ts'

export { until } from '@sluice/testkit/wait'

export type EngineUnderTest = RunningEngine & { readonly runDir: string; readonly linkPath: string; readonly relayPath: string }

export type TestEngineOptions = {
  host?: string
  engineId?: string
  runDir?: string
  tls?: { certFile: string; keyFile: string }
  log?: Logger
  clock?: Clock
  descriptors?: number
}

/** An engine in this process on free ports of 127.0.0.1, gone with the test. Engines that share a `runDir` reach each other. */
export async function startTestEngine(t: TestContext, options: TestEngineOptions = {}): Promise<EngineUnderTest> {
  const { engineId = 'e1', runDir = makeRunDir(t), tls, log = silentLogger, clock, descriptors } = options
  const running = await startEngine({
    engineId,
    runDir,
    settingsDigest: 'test',
    host: options.host ?? '127.0.0.1',
    rtmpPort: 0,
    rtmpsPort: 0,
    srtPort: 0,
    tlsCertFile: tls?.certFile ?? null,
    tlsKeyFile: tls?.keyFile ?? null,
    allowPrivateTargets: true,
    engines: 1,
    log,
    ...(clock === undefined ? {} : { clock }),
    ...(descriptors === undefined ? {} : { descriptors }),
    onShutdown: () => {},
  })
  t.after(() => running.stop('the test is over'))
  const base = path.join(runDir, engineId)
  return { ...running, runDir, linkPath: `${base}.sock`, relayPath: `${base}.relay` }
}

export function makeRunDir(t: TestContext): string {
  const runDir = mkdtempSync(path.join(tmpdir(), 'sluice-'))
  t.after(() => rmSync(runDir, { recursive: true, force: true }))
  return runDir
}

/** Control's side of the link to `engine`, closed with the test. */
export async function controlOf(t: TestContext, engine: EngineUnderTest, options?: { afterSeq?: number }): Promise<ControlStub> {
  const control = await ControlStub.connect(engine.linkPath, options)
  t.after(() => control.close())
  return control
}
