import type { Clock, Timer } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import { onUsableHost } from '@sluice/base/process'
import type { ChannelSpec } from '@sluice/contract/link'
import { openSrtServer, type SrtServer, type SrtServerHandler } from '@sluice/protocols/srt'
import type { OwnPort } from './inputs/index.ts'

type Parts = {
  readonly host: string
  readonly clock: Clock
  readonly log: Logger
  /** Decides on callers of the port of this input. */
  readonly handlerOf: (channelId: string, inputId: string) => SrtServerHandler
  /** Tells the input how it is with its port. */
  readonly onState: (channelId: string, inputId: string, state: OwnPort) => void
}

/** A port that was given up by another engine a moment ago is free at the second try: the first failure is not told. */
const retriesMs = [500, 2000, 5000] as const

/**
 * The UDP ports that inputs have for themselves: opened and closed as the specs say, for channels of this engine alone. A port that is taken by
 * another program is told at its input and tried again for as long as it is wanted; nothing else suffers.
 */
export class SrtInputPorts {
  readonly #parts: Parts
  // bound: one an input with a port of its own, taken away with it
  readonly #ports = new Map<string, InputPort>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** All channels of this engine, whenever one of them changes. */
  sync(specs: Iterable<ChannelSpec>): void {
    const wanted = new Map<string, { channelId: string; port: number }>()
    for (const { channelId, inputs } of specs) {
      for (const { inputId, srt } of inputs) if (srt.port !== undefined) wanted.set(inputId, { channelId, port: srt.port })
    }
    for (const [inputId, open] of this.#ports) {
      const want = wanted.get(inputId)
      if (want?.port === open.port && want.channelId === open.channelId) continue
      open.close()
      this.#ports.delete(inputId)
    }
    for (const [inputId, { channelId, port }] of wanted) {
      if (!this.#ports.has(inputId)) this.#ports.set(inputId, new InputPort(this.#parts, channelId, inputId, port))
    }
  }

  close(): void {
    for (const port of this.#ports.values()) port.close()
    this.#ports.clear()
  }
}

/** One port, from the wish for it to its end. */
class InputPort {
  readonly channelId: string
  readonly port: number
  readonly #parts: Parts
  readonly #inputId: string
  #server: SrtServer | null = null
  #timer: Timer | null = null
  #failures = 0
  #isClosed = false

  constructor(parts: Parts, channelId: string, inputId: string, port: number) {
    this.#parts = parts
    this.channelId = channelId
    this.#inputId = inputId
    this.port = port
    void this.#open()
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    void this.#server?.close()
  }

  async #open(): Promise<void> {
    const { host, clock, log, handlerOf, onState } = this.#parts
    const { channelId, port } = this
    try {
      const server = await onUsableHost(host, (usable) =>
        openSrtServer({ port, host: usable, clock, log, handler: handlerOf(channelId, this.#inputId) }),
      )
      if (this.#isClosed) {
        void server.close()
        return
      }
      this.#server = server
      onState(channelId, this.#inputId, { port, isOpen: true, problem: null })
    } catch (error) {
      if (!this.#isClosed) this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    const { clock, onState } = this.#parts
    const { channelId, port } = this
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const why = code === 'EADDRINUSE' ? `is used by another program` : `can't be opened (${code})`
    const problem = `UDP port ${port} of its own ${why}; Sluice tries again every ${retriesMs.at(-1)! / 1000} s`
    if (this.#failures > 0) onState(channelId, this.#inputId, { port, isOpen: false, problem })
    const delayMs = retriesMs[Math.min(this.#failures, retriesMs.length - 1)]!
    this.#failures++
    this.#timer = clock.after(delayMs, () => void this.#open())
  }
}
