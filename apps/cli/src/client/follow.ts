import type { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import { backoffMs } from '@sluice/base/backoff'
import { paths, StreamMessage } from '@sluice/contract/api'
import type { ApiClient } from './api-client.ts'
import { ApiError } from './api-error.ts'
import { SseDecoder } from './sse.ts'

const backoff = { baseMs: 500, capMs: 10_000 }

/** What befell the connection: told to the person who watches. */
export type FollowNotice = 'lost' | 'back'

/**
 * Messages of the event stream until `signal` is aborted. A lost connection is opened again, after pauses that double up to 10 s,
 * from the last event seen, so that none is missed. Throws ApiError when the server refuses, and when nobody answers the first time.
 */
export async function* follow(
  api: ApiClient,
  options: { channelId: string | null; signal: AbortSignal; onNotice: (notice: FollowNotice) => void },
): AsyncGenerator<StreamMessage> {
  const place = { lastId: '' }
  let hasOpened = false
  let losses = 0
  for (;;) {
    try {
      const stream = await openStream(api, options.channelId, place.lastId)
      if (hasOpened) options.onNotice('back')
      hasOpened = true
      losses = 0
      yield* readMessages(stream, place)
    } catch (error) {
      if (options.signal.aborted) return
      if (!hasOpened || (error instanceof ApiError && !error.isPassing)) throw error
    }
    if (options.signal.aborted) return
    if (losses === 0) options.onNotice('lost')
    await sleep(backoffMs(backoff, losses++), undefined, { signal: options.signal }).catch(() => undefined)
  }
}

async function openStream(api: ApiClient, channelId: string | null, lastId: string): Promise<AsyncIterable<Uint8Array>> {
  const path = channelId === null ? paths.events : `${paths.events}?channel=${encodeURIComponent(channelId)}`
  const answer = await api.send('GET', path, undefined, {
    accept: 'text/event-stream',
    ...(lastId === '' ? {} : { 'last-event-id': lastId }),
  })
  // Node's streams are iterable, which the type of fetch does not say.
  return (answer.body as ReadableStream<Uint8Array> | null) ?? (async function* () {})()
}

/** `place.lastId` follows what was given on. Messages of a kind that this version does not know are passed over. */
async function* readMessages(stream: AsyncIterable<Uint8Array>, place: { lastId: string }): AsyncGenerator<StreamMessage> {
  const decoder = new SseDecoder()
  const text = new TextDecoder()
  for await (const chunk of stream) {
    for (const event of decoder.push(text.decode(chunk, { stream: true }))) {
      place.lastId = event.id
      const parsed = StreamMessage.safeParse(parseJson(event.data))
      if (parsed.success) yield parsed.data
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
