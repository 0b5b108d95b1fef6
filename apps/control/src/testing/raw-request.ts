import { connect } from 'node:net'

export type RawAnswer = { readonly status: number; readonly head: string; readonly body: string }

const limitMs = 20_000

/** Sends bytes as they are, and gives the answer once it is whole: no client's rules stand in between. An event stream is left after its head. */
export function sendRaw(port: number, request: Buffer | string): Promise<RawAnswer> {
  const bytes = typeof request === 'string' ? Buffer.from(request, 'latin1') : request
  const isHead = bytes.toString('latin1', 0, 5) === 'HEAD '
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.setTimeout(limitMs, () => socket.destroy(new Error(`no answer within ${limitMs} ms`)))
    let text = ''
    const give = (): void => {
      socket.destroy()
      const [head = '', body = ''] = splitOnce(text)
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body })
    }
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      // Not the answer yet.
      text = (text + chunk).replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
      if (isWhole(text, isHead)) give()
    })
    socket.on('end', give)
    socket.on('error', (error: NodeJS.ErrnoException) => (text === '' ? reject(error) : give()))
    socket.write(bytes)
  })
}

const splitOnce = (text: string): string[] => {
  const at = text.indexOf('\r\n\r\n')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 4)]
}

function isWhole(text: string, isHead: boolean): boolean {
  const [head = '', body] = splitOnce(text)
  if (body === undefined) return false
  if (isHead || /content-type: text\/event-stream/i.test(head)) return true
  const length = /^content-length: (\d+)/im.exec(head)?.[1]
  return length !== undefined ? body.length >= Number(length) : /^HTTP\/1\.1 (204|304)/.test(head)
}
