import { paths, StreamMessage } from '@sluice/contract/api'
import { type ConnectionState, nextLost, retryDelayMs, silenceMs } from './connection-state.ts'
import { SseParser } from './sse-parser.ts'

export type LiveStreamHandlers = {
  /** Each (re)connection: what was cached may be old now. */
  onOpen(): void
  onMessage(message: StreamMessage): void
  /** The stream was refused (401). If nobody is signed in any more, the owner closes it; else it is tried again. */
  onRefused(): void
}

/**
 * The console's one line to `GET /events`. It reads with fetch, because EventSource shows no heartbeats, and so can't tell a quiet
 * line from a dead one. It comes back by itself with `Last-Event-ID`, at once when the browser says that the network is back.
 */
export class LiveStream {
  #state: ConnectionState = { name: 'connecting' }
  readonly #handlers: LiveStreamHandlers
  readonly #listeners = new Set<() => void>()
  #lastEventId: string | null = null
  #attempt: AbortController | null = null
  #wake: (() => void) | null = null
  #isClosed = false

  constructor(handlers: LiveStreamHandlers) {
    this.#handlers = handlers
  }

  readonly state = (): ConnectionState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  open(): void {
    addEventListener('online', this.#retryNow)
    document.addEventListener('visibilitychange', this.#retryNow)
    void this.#run()
  }

  close(): void {
    this.#isClosed = true
    removeEventListener('online', this.#retryNow)
    document.removeEventListener('visibilitychange', this.#retryNow)
    this.#attempt?.abort()
    this.#wake?.()
  }

  readonly #retryNow = (): void => {
    if (document.visibilityState === 'visible') this.#wake?.()
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      const end = await this.#readOnce().catch(() => 'lost' as const)
      if (this.#isClosed) return
      if (end === 'refused') this.#handlers.onRefused()
      this.#set(nextLost(this.#state, Date.now()))
      if (this.#state.name === 'lost') await this.#sleep(retryDelayMs(this.#state.attempt, Math.random()))
    }
  }

  /** One connection from open to end. A silent one is cut by its watch. */
  async #readOnce(): Promise<'lost' | 'refused'> {
    const attempt = new AbortController()
    this.#attempt = attempt
    let watch = setTimeout(() => attempt.abort(), silenceMs)
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' }
      if (this.#lastEventId !== null) headers['last-event-id'] = this.#lastEventId
      const response = await fetch(paths.events, { headers, credentials: 'same-origin', cache: 'no-store', signal: attempt.signal })
      if (response.status === 401) return 'refused'
      if (!response.ok || response.body === null) return 'lost'
      this.#set({ name: 'open' })
      this.#handlers.onOpen()
      const parser = new SseParser()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return 'lost'
        clearTimeout(watch)
        watch = setTimeout(() => attempt.abort(), silenceMs)
        for (const event of parser.push(value)) this.#receive(event.id, event.data)
      }
    } finally {
      clearTimeout(watch)
      attempt.abort()
    }
  }

  #receive(id: string | null, data: string): void {
    if (id !== null) this.#lastEventId = id
    // A newer Sluice may send what this page does not know yet: that is skipped, never fatal.
    const message = StreamMessage.safeParse(parseJson(data))
    if (message.success) this.#handlers.onMessage(message.data)
  }

  #set(state: ConnectionState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }

  async #sleep(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
