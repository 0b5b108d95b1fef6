import type { EngineHello, NewEvent } from '@sluice/contract/link'

/** A channel, and the workspace whose timeline it is in. */
export type StruckChannel = { readonly channelId: string; readonly workspaceId: string | null }

type Named = Extract<NewEvent['name'], 'engine.started' | 'engine.silent' | 'engine.recovered' | 'engine.lost'>
type Parts = { nowMs(): number; note(workspaceId: string | null, event: NewEvent): void }

/** What happens to engines, in the log of the machine, and in the timeline of each channel that was at work when its engine was lost. */
export class EngineNotes {
  readonly #parts: Parts
  /** By engine: what was lost with it, until it is up again. */
  // bound: one an engine, at most 64 by the setting; in each the channels that it carried
  readonly #struck = new Map<string, { readonly channels: readonly StruckChannel[]; readonly atMs: number }>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  started(hello: EngineHello): void {
    this.#note(hello, 'engine.started', 'info', `Engine ${hello.engineId} is up.`)
    const struck = this.#struck.get(hello.engineId)
    this.#struck.delete(hello.engineId)
    if (struck === undefined) return
    const seconds = ((this.#parts.nowMs() - struck.atMs) / 1000).toFixed(1)
    const message = `The engine of this channel is up again after ${seconds} s. Encoders that reconnect by themselves go live again.`
    for (const channel of struck.channels) this.#note(hello, 'engine.started', 'info', message, channel)
  }

  /** `channels`: those that were not idle. */
  lost(hello: EngineHello, reason: string, channels: readonly StruckChannel[]): void {
    const { engineId } = hello
    this.#note(hello, 'engine.lost', 'error', `Engine ${engineId} is lost: ${reason}. Its channels are off air; it is restarting now.`)
    const message = `The engine of this channel is lost: ${reason}. The channel is off air; the engine is restarting now.`
    for (const channel of channels) this.#note(hello, 'engine.lost', 'error', message, channel)
    this.#struck.set(engineId, { channels, atMs: this.#parts.nowMs() })
  }

  silent(hello: EngineHello, silentMs: number): void {
    const seconds = Math.round(silentMs / 1000)
    const message = `No report from engine ${hello.engineId} for ${seconds} s: the state of its channels and outputs is unknown, and they may be off air. Check this machine's load; Sluice restarts an engine that hangs.`
    this.#note(hello, 'engine.silent', 'error', message)
  }

  recovered(hello: EngineHello): void {
    this.#note(hello, 'engine.recovered', 'info', `Engine ${hello.engineId} reports again: states and figures are up to date.`)
  }

  #note(hello: EngineHello, name: Named, severity: 'info' | 'error', message: string, about: StruckChannel | null = null): void {
    const data = { runId: hello.runId, pid: hello.pid }
    const { channelId, workspaceId } = about ?? { channelId: null, workspaceId: null }
    this.#parts.note(workspaceId, { name, severity, channelId, subjectId: hello.engineId, message, data })
  }
}
