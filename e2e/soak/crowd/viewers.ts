import { request } from 'node:http'
import type { SeededRandom } from '@sluice/testkit/random'
import { addressOf, type Deed, openTcp, type Place, pick, rest } from './place.ts'

/** The text of an answer, empty when there is none; cut off after `maxBytes`. */
function get(place: Place, random: SeededRandom, path: string, maxBytes = 10_000_000): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const options = { port: place.ports.mediaHttp, host: '127.0.0.1', localAddress: addressOf(random), path, timeout: 5000 }
    const call = request(options, (answer) => {
      answer.setEncoding('latin1').on('data', (part: string) => {
        text += part
        if (text.length > maxBytes) call.destroy()
      })
      answer.on('close', () => resolve(text))
    })
    call.on('error', () => resolve(text))
    call.on('timeout', () => call.destroy())
    call.end()
  })
}

/** The addresses in a playlist, from the root. */
const linksOf = (text: string, base: string): string[] =>
  [
    ...text.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
    ...[...text.matchAll(/URI="([^"]+)"/g)].map((match) => match[1]!),
  ]
    .filter((link) => URL.canParse(link, `http://x${base}`))
    .map((link) => new URL(link, `http://x${base}`))
    .map(({ pathname, search }) => pathname + search)

/** The media playlist of a channel and what is in it. */
async function look(place: Place, random: SeededRandom): Promise<{ playlist: string; links: string[] }> {
  const { hls } = pick(random, place.channels)
  const [media = hls] = linksOf(await get(place, random, hls), hls).filter((link) => link.includes('.m3u8'))
  return { playlist: media, links: linksOf(await get(place, random, media), media) }
}

const watches: Deed = async (place, random, signal) => {
  for (let i = random.int(1, 4); i > 0 && !signal.aborted; i--) {
    const { links } = await look(place, random)
    for (const link of links.slice(-2)) await get(place, random, link)
    await rest(random.int(300, 1500), signal)
  }
}

const aborts: Deed = async (place, random) => {
  const { playlist, links } = await look(place, random)
  await get(place, random, pick(random, [playlist, ...links]), random.int(1, 5000))
}

function requestsFor(links: readonly string[], count: number, random: SeededRandom): string {
  return Array.from({ length: count }, () => `GET ${pick(random, links)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`).join('')
}

const neverReads: Deed = async (place, random, signal) => {
  const { playlist, links } = await look(place, random)
  const sockets = Array.from({ length: random.int(1, 5) }, () => openTcp(place.ports.mediaHttp, random))
  for (const socket of sockets) socket.pause().write(requestsFor([playlist, ...links], random.int(1, 50), random))
  await rest(random.int(2000, 15_000), signal)
  for (const socket of sockets) socket.destroy()
}

const pipelines: Deed = async (place, random, signal) => {
  const { playlist, links } = await look(place, random)
  const socket = openTcp(place.ports.mediaHttp, random)
  if (random.int(0, 1) === 0) socket.resume()
  socket.write(requestsFor([playlist, ...links], random.int(100, 2000), random))
  await rest(random.int(200, 3000), signal)
  socket.destroy()
}

export const viewers: Readonly<Record<string, Deed>> = {
  'watches over HLS': watches,
  'leaves in the middle of an answer': aborts,
  'asks and never reads': neverReads,
  'asks a thousand times at once': pipelines,
}
