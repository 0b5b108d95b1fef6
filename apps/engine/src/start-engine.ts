import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '@sluice/base/clock'
import { guardedClock } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { EventDraft } from '@sluice/contract/link'
import { Engine, type EnginePorts } from './engine.ts'
import { RefusalReports } from './inputs/index.ts'
import { LinkServer } from './link/index.ts'
import { openListeners } from './listeners.ts'
import { srtPortDoor } from './srt-door.ts'
import { SrtInputPorts } from './srt-input-ports.ts'
import type { OpenWatchProcess } from './watch/index.ts'

export type StartEngineOptions = {
  readonly engineId: string
  readonly runDir: string
  readonly settingsDigest: string
  readonly host: string
  readonly rtmpPort: number
  readonly rtmpsPort: number
  readonly srtPort: number
  readonly tlsCertFile: string | null
  readonly tlsKeyFile: string | null
  readonly allowPrivateTargets: boolean
  readonly engines: number
  readonly inputMaxMbps?: number
  readonly gatherMs?: number
  readonly log: Logger
  readonly clock?: Clock
  /** How many files the process may open; absent: as the system says. */
  readonly descriptors?: number
  /** The child that looks at pictures and sound; absent: the real one, in the best sandbox there is. */
  readonly openWatch?: OpenWatchProcess
  /** The child that draws thumbnails; absent: the same. */
  readonly openThumbnails?: OpenWatchProcess
  /** Control asked for the end; the sessions have been closed. */
  readonly onShutdown: () => void
}

export type RunningEngine = {
  readonly engine: Engine
  readonly ports: EnginePorts
  stop(message: string): void
}

/** Opens ports, link and relay of one engine. It serves publishers from the moment that control has told it of channels. */
export async function startEngine(options: StartEngineOptions): Promise<RunningEngine> {
  mkdirSync(options.runDir, { recursive: true, mode: 0o700 })
  const { log } = options
  const clock = guardedClock(options.clock ?? systemClock, log)
  const link: { server: LinkServer | null } = { server: null }
  const inputPorts: { open: SrtInputPorts | null } = { open: null }
  const engine = new Engine({
    ...options,
    clock,
    send: (message) => link.server?.send(message),
    onShutdown: () => options.onShutdown(),
    onSpecs: (specs) => inputPorts.open?.sync(specs),
  })
  const reports = new RefusalReports(clock)
  const parts = {
    engineId: options.engineId,
    clock,
    log,
    directory: engine.directory,
    inputOf: (channelId: string, keyHash: string) => engine.channel(channelId)?.inputByKey(keyHash),
    playersOf: (channelId: string) => engine.players(channelId),
    onEvent: (draft: EventDraft) => engine.events.add(draft),
    reports,
  }
  const listeners = await openListeners(
    {
      ...options,
      clock,
      relayPath: join(options.runDir, `${options.engineId}.relay`),
      sharesPorts: options.engines > 1,
    },
    parts,
  )
  inputPorts.open = new SrtInputPorts({
    host: options.host,
    clock,
    log,
    handlerOf: (channelId, inputId) => srtPortDoor(parts, () => engine.channel(channelId)?.inputById(inputId)),
    onState: (channelId, inputId, state) => engine.channel(channelId)?.inputById(inputId)?.noteOwnPort(state),
  })
  link.server = new LinkServer({
    path: join(options.runDir, `${options.engineId}.sock`),
    log,
    clock,
    hello: () => engine.hello(listeners.ports),
    onWelcome: (message) => engine.welcome(message),
    onMessage: (message) => engine.receive(message),
  })
  await link.server.listen()
  return {
    engine,
    ports: listeners.ports,
    stop(message) {
      listeners.close()
      inputPorts.open?.close()
      reports.close()
      engine.close(message)
      link.server?.close()
    },
  }
}
