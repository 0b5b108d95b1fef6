import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBenchEngine } from '../support/bench-engine.ts'
import { end, messageOf, sleep, startProgram, startScript } from '../support/children.ts'
import { driveEngine, outputTo, streamKey } from '../support/engine-driver.ts'
import { childrenOf } from '../support/process-figures.ts'

/** A server under test: pushes what is published to it to `count` sinks. */
export type Server = {
  readonly name: string
  /** Whose CPU and memory are counted. */
  readonly pid: number
  /** Null for what makes its own load. */
  readonly publishTo: { readonly url: string; readonly key: string } | null
  stop(): Promise<void>
}

/** Ports of the sinks. Those that are sampled have a process of their own: behind hundreds of others the delay would be that of a process that reads them all. */
export type SinkPorts = { readonly sampled: number; readonly counted: number }

export type MakeServer = (count: number, sinks: SinkPorts, bitsPerSecond: number, ports: { rtmp: number; http: number }) => Promise<Server>

/** Every so many sinks one is parsed, up to 20 in all: enough for a distribution, few enough not to weigh. */
function sinkOf(i: number, count: number, ports: SinkPorts): { url: string; key: string } {
  const kind = i % Math.ceil(count / 20) === 0 ? 'sampled' : 'counted'
  return { url: `rtmp://127.0.0.1:${ports[kind]}/live`, key: `${kind}${i}` }
}

/** `outputClass`: A gets each frame at once; B is gathered where there are many, as by default. */
export const startSluice =
  (name: string, outputClass: 'A' | 'B'): MakeServer =>
  async (count, sinks, _bitsPerSecond, ports) => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
    const engine = startBenchEngine(dir, ports)
    const outputs = Array.from({ length: count }, (_, i) => {
      const { url, key } = sinkOf(i, count, sinks)
      return outputTo(`o${i}`, url, key, outputClass)
    })
    const link = await driveEngine(join(dir, 'bench.sock'), outputs)
    return {
      name,
      pid: engine.pid!,
      publishTo: { url: `rtmp://127.0.0.1:${ports.rtmp}/live`, key: streamKey },
      async stop() {
        link.destroy()
        await end(engine)
      },
    }
  }

/** nginx-rtmp with its default of 4096-byte chunks, as users run it, and with the 60000 bytes that Sluice and ffmpeg send. */
export const startNginx =
  (name: string, chunkBytes: number): MakeServer =>
  async (count, sinks, _bitsPerSecond, ports) => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-nginx-'))
    const pushOf = ({ url, key }: { url: string; key: string }): string => `push ${url}/${key};`
    const pushes = Array.from({ length: count }, (_, i) => pushOf(sinkOf(i, count, sinks))).join('\n')
    const config = `daemon off; master_process off; worker_rlimit_nofile 8192; error_log ${dir}/error.log error; pid ${dir}/nginx.pid;
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
events { worker_connections 4096; }
rtmp { server { listen 127.0.0.1:${ports.rtmp}; chunk_size ${chunkBytes}; application live { live on; ${pushes} } } }`
    writeFileSync(join(dir, 'nginx.conf'), config)
    const nginx = startProgram('nginx', ['-c', join(dir, 'nginx.conf'), '-p', dir])
    await sleep(500)
    return {
      name,
      pid: childrenOf(nginx.pid!)[0] ?? nginx.pid!,
      publishTo: { url: `rtmp://127.0.0.1:${ports.rtmp}/live`, key: 'bench' },
      stop: () => end(nginx),
    }
  }

/** The limit writes to a port that only counts: see raw-writer.ts. */
export const startRawWriter: MakeServer = async (count, sinks, bitsPerSecond) => {
  const writer: ChildProcess = startScript(new URL('./raw-writer.ts', import.meta.url), [
    String(sinks.counted),
    String(count),
    String(bitsPerSecond),
  ])
  await messageOf(writer)
  return { name: 'raw writer', pid: writer.pid!, publishTo: null, stop: () => end(writer) }
}
