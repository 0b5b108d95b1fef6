import { once } from 'node:events'

/** Starting up takes OBS 5 s on a quiet machine, and a minute on a busy one: it draws without a GPU. */
const openWithinMs = 120_000
const answerWithinMs = 20_000

/** Presses OBS's buttons over its own remote control. */
export type ObsRemote = {
  /** Sends a request by its name: `StopStream`. Rejects with OBS's own words where it refuses. */
  ask(request: string): Promise<Readonly<Record<string, unknown>>>
  close(): void
}

type Message = { readonly op: number; readonly d: Readonly<Record<string, unknown>> }
/** Spec: obs-websocket 5, "Message Types (OpCodes)". */
const opCode = { identify: 1, identified: 2, request: 6, requestResponse: 7 } as const

/** Connects to obs-websocket 5, which every OBS since 28 has; it is tried until OBS has opened its port. */
export async function openObsRemote(port: number): Promise<ObsRemote> {
  const socket = await connect(port)
  // bound: one a request under way, each ends within `answerWithinMs`
  const waiting = new Map<string, (message: Message) => void>()
  const identified = Promise.withResolvers<void>()
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    if (message.op === opCode.identified) identified.resolve()
    if (message.op === opCode.requestResponse) waiting.get(String(message.d['requestId']))?.(message)
  })
  const send = (op: number, d: Message['d']): void => socket.send(JSON.stringify({ op, d }))
  send(opCode.identify, { rpcVersion: 1, eventSubscriptions: 0 })
  await within(identified.promise, 'OBS to let its remote control in')
  let last = 0
  return {
    async ask(requestType) {
      const requestId = String(++last)
      const answer = Promise.withResolvers<Message>()
      waiting.set(requestId, answer.resolve)
      send(opCode.request, { requestType, requestId })
      const { d } = await within(answer.promise, `OBS to answer ${requestType}`).finally(() => waiting.delete(requestId))
      const status = d['requestStatus'] as { result: boolean; code: number; comment?: string }
      if (!status.result) throw new Error(`OBS refuses ${requestType}: ${status.code} ${status.comment ?? ''}`)
      return (d['responseData'] ?? {}) as Readonly<Record<string, unknown>>
    },
    close: () => socket.close(),
  }
}

async function connect(port: number): Promise<WebSocket> {
  const deadlineMs = performance.now() + openWithinMs
  for (;;) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'obswebsocket.json')
    const isOpen = await Promise.race([once(socket, 'open').then(() => true), once(socket, 'error').then(() => false)])
    if (isOpen) return socket
    if (performance.now() > deadlineMs) throw new Error(`OBS did not open its remote control within ${openWithinMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`waited ${answerWithinMs / 1000} s for ${what}`)), answerWithinMs)
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer))
}
