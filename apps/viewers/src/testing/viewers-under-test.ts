import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import type { Clock } from '@sluice/base/clock'
import { type Logger, silentLogger } from '@sluice/base/log'
import { HlsView } from '@sluice/media/hls'
import { hashKey, playIdOf } from '@sluice/testkit/engine-link'
import type { ServedChannel } from '../replicas/index.ts'
import { type RunningViewers, startViewers } from '../start-viewers.ts'

export type TestViewers = RunningViewers & {
  readonly runDir: string
  get(path: string, init?: RequestInit): Promise<Response>
  channel(channelId: string): ServedChannel | undefined
  hls(channelId: string): HlsView | undefined
}

type Options = { host?: string; trustedProxies?: string; clock?: Clock; runDir?: string; log?: Logger; descriptors?: number }

/** The viewers' process in this one, on a free port of 127.0.0.1, gone with the test. */
export async function startTestViewers(t: TestContext, options: Options = {}): Promise<TestViewers> {
  const { runDir = makeRunDir(t), host = '127.0.0.1', trustedProxies = '', log = silentLogger, ...rest } = options
  const running = await startViewers({
    runDir,
    settingsDigest: 'test',
    host,
    mediaHttpPort: 0,
    trustedProxies,
    log,
    onShutdown: () => {},
    ...rest,
  })
  t.after(() => running.stop())
  const channel = (channelId: string): ServedChannel | undefined => running.replicas.byPlayId(hashKey(playIdOf(channelId)))
  return {
    ...running,
    runDir,
    get: (at, init) => fetch(`http://127.0.0.1:${running.port}${at}`, init),
    channel,
    hls(channelId) {
      return channel(channelId)?.views.find((view) => view instanceof HlsView)
    },
  }
}

function makeRunDir(t: TestContext): string {
  const runDir = mkdtempSync(path.join(tmpdir(), 'sluice-'))
  t.after(() => rmSync(runDir, { recursive: true, force: true }))
  return runDir
}
