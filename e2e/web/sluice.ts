import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from './free-ports.ts'

const controlMain = fileURLToPath(new URL('../../apps/control/src/main.ts', import.meta.url))
const readyWithinMs = 30_000

/** A real Sluice on loopback with a data folder of its own. */
export type Sluice = {
  readonly url: string
  readonly rtmpUrl: string
  /** The link for the first account, as it is printed. */
  readonly setupUrl: string
  /** The code in it. */
  readonly setupCode: string
  readonly dataDir: string
  /** Control goes and engines stay on the air; `returnControl` starts it again at the same place. */
  leaveControl(): Promise<void>
  returnControl(): Promise<void>
  /** Ends everything and removes the data folder. */
  stop(): Promise<void>
}

/** `dataDir`: a folder of its own unless given. `flags`: further ones of the command line. */
export async function startSluice(options: { readonly dataDir?: string; readonly flags?: readonly string[] } = {}): Promise<Sluice> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sluice-web-')))
  const [http = 0, media = 0, rtmp = 0, rtmps = 0, srt = 0] = await freePorts(5)
  const ports = { http, 'media-http': media, rtmp, rtmps, srt }
  const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)])
  // Tests of the prober turn it on: it would take its share of what others measure.
  const args = [
    controlMain,
    '--probes',
    'off',
    '--data-dir',
    dataDir,
    '--host',
    '127.0.0.1',
    '--allow-private-targets',
    ...flags,
    ...(options.flags ?? []),
  ]
  let { control, said } = await startControl(args)
  const [, setupUrl = '', setupCode = ''] = /Set up +(http\S+\/setup#code=(\S+))/.exec(said) ?? []
  return {
    setupUrl,
    setupCode,
    url: `http://127.0.0.1:${http}`,
    dataDir,
    rtmpUrl: `rtmp://127.0.0.1:${rtmp}/live`,
    leaveControl: () => end(control, 'SIGUSR2'),
    returnControl: async () => {
      ;({ control, said } = await startControl(args))
    },
    stop: async () => {
      await end(control, 'SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function startControl(args: readonly string[]): Promise<{ control: ChildProcess; said: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error(`Sluice was not ready within ${readyWithinMs} ms:\n${said}`)), readyWithinMs)
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      // The last line of its welcome.
      if (said.includes('Ctrl-C')) resolve()
    })
  }
  child.once('exit', (code) => reject(new Error(`Sluice ended with ${code}:\n${said}`)))
  await promise.finally(() => clearTimeout(timer))
  return { control: child, said }
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGUSR2'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
