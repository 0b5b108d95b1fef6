import { paths, StreamMessage } from '@sluice/contract/api'
import type { Caller } from './control-under-test.ts'

type Received = { id: string | null; type: string; message: StreamMessage }

/** A client of the event stream that remembers all it got, and checks each message by the contract. */
export class EventStream {
  readonly received: Received[] = []
  readonly comments: string[] = []
  readonly status: number
  readonly ended: Promise<void>
  readonly #abort: AbortController
  #waiters: Array<() => void> = []

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status
    this.#abort = abort
    this.ended = this.#read(response).catch(() => {})
  }

  static async open(caller: Caller, options: { channel?: string; lastEventId?: string } = {}): Promise<EventStream> {
    const abort = new AbortController()
    const query = options.channel === undefined ? '' : `?channel=${options.channel}`
    const resume = options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }
    const response = await fetch(caller.url + paths.events + query, { headers: { ...caller.headers, ...resume }, signal: abort.signal })
    return new EventStream(response, abort)
  }

  /** The first message that `test` holds for, of those that came and those to come. */
  async until(test: (message: StreamMessage) => boolean): Promise<StreamMessage> {
    for (;;) {
      const found = this.received.find((entry) => test(entry.message))
      if (found !== undefined) return found.message
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
  }

  close(): Promise<void> {
    this.#abort.abort()
    return this.ended
  }

  async #read(response: Response): Promise<void> {
    let rest = ''
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) this.#receive(block)
      for (const wake of this.#waiters.splice(0)) wake()
    }
  }

  #receive(block: string): void {
    const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
    const data = fields.get('data')
    if (data === undefined) this.comments.push(block)
    else
      this.received.push({ id: fields.get('id') ?? null, type: fields.get('event') ?? '', message: StreamMessage.parse(JSON.parse(data)) })
  }
}
