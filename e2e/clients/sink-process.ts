import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const sinkMain = fileURLToPath(new URL('../../apps/sink/src/main.ts', import.meta.url))

/** What the sink last said of its publisher: `stream-report.ts` of `apps/sink` says what each one is. */
export type SinkFigures = {
  readonly publisher: number
  readonly video: string | null
  readonly audio: string | null
  readonly fps: number
  readonly keyFrameMs: number | null
  readonly jumpsTotal: number
  readonly videoFramesTotal: number
  readonly audioFramesTotal: number
  readonly fault?: string
}

/** `sluice sink` in a process of its own: a destination that reports what arrives. */
export type SinkProcess = { readonly url: string; figures(): SinkFigures | null; stop(): Promise<void> }

export async function startSink(scheme: 'rtmp' | 'srt'): Promise<SinkProcess> {
  const child = spawn(process.execPath, [sinkMain, scheme, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const listening = Promise.withResolvers<string>()
  let last: SinkFigures | null = null
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as { event: string; url?: string } & SinkFigures
    if (said.event === 'listening') listening.resolve(said.url ?? '')
    if (said.event === 'figures') last = said
  })
  const url = await Promise.race([listening.promise, exited.then(() => Promise.reject(new Error(`sluice sink ${scheme} did not start`)))])
  return {
    url,
    figures: () => last,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exited
    },
  }
}
