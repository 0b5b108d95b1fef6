import type { ChildProcess } from 'node:child_process'
import { engineMallocEnv, engineNodeFlags } from '@sluice/contract/settings'
import { startScript } from './children.ts'

const engineMain = new URL('../../apps/engine/src/main.ts', import.meta.url)

/** An engine as control starts one, flags and allocator included, on 127.0.0.1 with its link at `<dir>/bench.sock`. `main`: another build of it. */
export function startBenchEngine(dir: string, ports: { rtmp: number; http?: number }, main: URL = engineMain): ChildProcess {
  const env = {
    ...engineMallocEnv,
    SLUICE_RUN_DIR: dir,
    SLUICE_ENGINE_ID: 'bench',
    SLUICE_HOST: '127.0.0.1',
    SLUICE_RTMP_PORT: String(ports.rtmp),
    SLUICE_RTMPS_PORT: '0',
    SLUICE_SRT_PORT: '0',
    SLUICE_MEDIA_HTTP_PORT: String(ports.http ?? 0),
    SLUICE_LOG_LEVEL: 'error',
  }
  return startScript(main, [], env, engineNodeFlags)
}
