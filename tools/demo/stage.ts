import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '@sluice/base/clock'
import { ApiClient } from '@sluice/cli'
import { Channel, Output, paths, Session } from '@sluice/contract/api'
import { readSettings } from '@sluice/contract/settings'
import { readClip } from './clip.ts'
import { demoDestinations } from './destinations.ts'
import { chooseSluicePorts, portFlags } from './free-ports.ts'
import { LoopedSource } from './looped-source.ts'
import { openSink, type SinkServer } from './sink-server.ts'
import { SluiceProcess } from './sluice-process.ts'

const clipFile = path.join(import.meta.dirname, 'media/loop.flv')
const clipMs = 8000

/** The account that the demo makes for the person who watches. */
const owner = { name: 'Demo', email: 'demo@sluice.example', workspace: 'Demo' }

/** Everything of the demo, running: a Sluice of its own, a channel, its destinations by output id. Disposing of it leaves nothing. */
export type Stage = AsyncDisposable & {
  readonly api: ApiClient
  readonly url: string
  readonly dataDir: string
  readonly login: { readonly email: string; readonly password: string }
  readonly channel: Channel
  readonly rtmpPort: number
  readonly sinks: ReadonlyMap<string, SinkServer>
}

const secret = (bytes: number): string => randomBytes(bytes).toString('base64url')

/** Starts Sluice in a temporary folder with an account, a channel and the demo's destinations. `flags` go to Sluice as they are. */
export async function openStage(flags: readonly string[], signal: AbortSignal): Promise<Stage> {
  await using cleanup = new AsyncDisposableStack()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-demo-'))
  cleanup.defer(() => rmSync(dataDir, { recursive: true, force: true }))

  const token = secret(24)
  const all = ['--data-dir', dataDir, '--allow-private-targets', ...portFlags(await chooseSluicePorts()), ...flags]
  const { httpPort, rtmpPort } = readSettings(all, {})
  const sluice = new SluiceProcess({ flags: all, env: { SLUICE_ADMIN_TOKEN: token }, httpPort })
  cleanup.defer(() => sluice.stop())
  await sluice.ready(signal)

  const { url } = sluice
  const login = { email: owner.email, password: secret(9) }
  const api = new ApiClient({ url, token, signal })
  await api.post(paths.setup, { ...owner, ...login }, Session)
  const channel = await api.post(paths.channels, { name: 'Demo show' }, Channel)
  const sinks = await openSinks(api, channel, cleanup)

  const held = cleanup.move()
  return { api, url, dataDir, login, channel, rtmpPort, sinks, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

async function openSinks(api: ApiClient, channel: Channel, cleanup: AsyncDisposableStack): Promise<Map<string, SinkServer>> {
  const sinks = new Map<string, SinkServer>()
  for (const destination of demoDestinations) {
    const sink = await openSink(secret(9), destination.behaviour)
    cleanup.defer(() => sink.close())
    const body = { name: destination.name, url: sink.url, streamKey: sink.streamKey, class: destination.class }
    const output = await api.post(paths.channelOutputs(channel.id), body, Output)
    sinks.set(output.id, sink)
  }
  return sinks
}

/** Publishes the clip into the stage's channel, until it is closed. */
export function startSource(stage: Stage, onEnd: (message: string) => void): LoopedSource {
  const input = stage.channel.inputs.find((one) => one.role === 'primary')
  return new LoopedSource({
    clip: readClip(readFileSync(clipFile), clipMs),
    url: `rtmp://127.0.0.1:${stage.rtmpPort}/live`,
    streamKey: input?.streamKey ?? '',
    clock: systemClock,
    onEnd: (failure) => onEnd(failure.message),
  })
}
