import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@sluice/base/clock'
import { ApiClient } from '@sluice/cli'
import { Channel, Output, paths, Session } from '@sluice/contract/api'
import { settings } from '@sluice/contract/settings'
import { type BoardRow, formatBoard } from './board.ts'
import { readClip } from './clip.ts'
import { demoDestinations } from './destinations.ts'
import { freeTcpPort, freeUdpPort } from './free-ports.ts'
import { LoopedSource } from './looped-source.ts'
import type { DemoOptions } from './options.ts'
import { openSink, type SinkServer } from './sink-server.ts'
import { SluiceProcess } from './sluice-process.ts'
import { judgeDemo } from './verdict.ts'

const clipFile = path.join(import.meta.dirname, 'media/loop.flv')
const clipMs = 8000
const boardEveryMs = 1000

/** How the demo tells where it stands: lines that replace each other, or one after the other. */
export type ShowBoard = (lines: readonly string[]) => void

/** The account that the demo makes for the person who watches. */
const owner = { name: 'Demo', email: 'demo@sluice.example', workspace: 'Demo' }

/**
 * Starts a Sluice of its own in a temporary folder, three destinations and a source, and shows what happens until `signal` is
 * aborted or the time is over. Answers what was not as it had to be; nothing is judged when it was aborted.
 */
export async function runDemo(
  options: DemoOptions,
  signal: AbortSignal,
  say: (text: string) => void,
  showBoard: ShowBoard,
): Promise<string[]> {
  await using cleanup = new AsyncDisposableStack()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-demo-'))
  cleanup.defer(() => rmSync(dataDir, { recursive: true, force: true }))

  const token = randomBytes(24).toString('base64url')
  const ports = await choosePorts()
  const sluice = new SluiceProcess({
    flags: ['--data-dir', dataDir, '--allow-private-targets', ...portFlags(ports), ...options.flags],
    env: { SLUICE_ADMIN_TOKEN: token },
    httpPort: ports.httpPort,
  })
  cleanup.defer(() => sluice.stop())
  say('Starting Sluice...\n')
  await sluice.ready(signal)

  const api = new ApiClient({ url: sluice.url, token, signal })
  const password = randomBytes(9).toString('base64url')
  const visitor = new ApiClient({ url: sluice.url, token: null, signal })
  await visitor.post(paths.setup, { ...owner, password }, Session)
  const channel = await api.post(paths.channels, { name: 'Demo show' }, Channel)

  const sinks = new Map<string, SinkServer>()
  for (const destination of demoDestinations) {
    const sink = await openSink(randomBytes(9).toString('base64url'), destination.behaviour)
    cleanup.defer(() => sink.close())
    const body = { name: destination.name, url: sink.url, streamKey: sink.streamKey, class: destination.class }
    const output = await api.post(paths.channelOutputs(channel.id), body, Output)
    sinks.set(output.id, sink)
  }

  const input = channel.inputs.find((one) => one.role === 'primary')
  const source = new LoopedSource({
    clip: readClip(readFileSync(clipFile), clipMs),
    url: `rtmp://127.0.0.1:${ports.rtmpPort}/live`,
    streamKey: input?.streamKey ?? '',
    clock: systemClock,
    onEnd: (failure) => say(`The source was cut off: ${failure.message}\n`),
  })
  cleanup.defer(() => source.close())
  say(introduction(sluice.url, channel, password, dataDir))
  // Awaited here: what was set up is taken down when this function is left.
  return await watch(api, channel.id, sinks, options, signal, showBoard)
}

async function watch(
  api: ApiClient,
  channelId: string,
  sinks: ReadonlyMap<string, SinkServer>,
  options: DemoOptions,
  signal: AbortSignal,
  showBoard: ShowBoard,
): Promise<string[]> {
  const startMs = performance.now()
  for (;;) {
    await sleep(boardEveryMs, undefined, { signal })
    const elapsedMs = performance.now() - startMs
    const channel = await api.get(paths.channel(channelId), Channel)
    const outputs = await api.list(paths.channelOutputs(channelId), Output)
    const rows: BoardRow[] = outputs.flatMap((output) => {
      const sink = sinks.get(output.id)
      return sink === undefined ? [] : [{ output, received: sink.figures }]
    })
    showBoard(formatBoard(channel, rows, elapsedMs))
    if (options.seconds !== null && elapsedMs >= options.seconds * 1000)
      return judgeDemo(channel, rows, demoDestinations, elapsedMs - startUpMs)
  }
}

/** The source needs a moment to connect, and destinations begin at the next key frame: 2 s at most. */
const startUpMs = 5000

type Ports = { httpPort: number; mediaHttpPort: number; rtmpPort: number; rtmpsPort: number; srtPort: number }

/** The usual ports, so that what the documentation says fits; other free ones where somebody has them. */
async function choosePorts(): Promise<Ports> {
  return {
    httpPort: await freeTcpPort(Number(settings.httpPort.fallback)),
    mediaHttpPort: await freeTcpPort(Number(settings.mediaHttpPort.fallback)),
    rtmpPort: await freeTcpPort(Number(settings.rtmpPort.fallback)),
    rtmpsPort: await freeTcpPort(Number(settings.rtmpsPort.fallback)),
    srtPort: await freeUdpPort(Number(settings.srtPort.fallback)),
  }
}

const portFlags = (ports: Ports): string[] =>
  Object.entries(ports).flatMap(([name, port]) => [settings[name as keyof Ports].flag, String(port)])

function introduction(url: string, channel: Channel, password: string, dataDir: string): string {
  return `
The demo runs: a generated source goes to three destinations in this process.
  Console      ${url}
  Sign in      ${owner.email}   ${password}
  Player page  ${url}${new URL(channel.playback.page).pathname}
  Data         ${dataDir} (removed at the end)
'Revoked key' takes the stream for some seconds, then refuses its key: Sluice says so, and the others lose nothing.
Ctrl-C ends it.

`
}
