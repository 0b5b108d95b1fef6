import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Playback } from '../viewers/index.ts'

/** Gives out what a channel packages, as the viewers' process does, so that others can pull it: address of its entry, and the end of it. */
export async function serveHls(t: TestContext, playback: Playback): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
    const cancel = playback.hls.ask(pathname.slice(1), searchParams, { media: '', prefix: '' }, (found) => {
      if (typeof found === 'string') response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': found.contentType }).end(Buffer.concat(found.body))
    })
    if (cancel !== null) response.once('close', cancel)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  t.after(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.m3u8`, close }
}
