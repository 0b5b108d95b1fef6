import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { type Channel, type Output, type Page, paths } from '@sluice/contract/api'
import { openRtmpPublisher } from '@sluice/protocols/rtmp'
import type { SeededRandom } from '@sluice/testkit/random'
import { type Deed, type Place, pick, rest } from './place.ts'

/** The crowd begins with so many on each of its channels, so that what they take is the same from the first minute to the last. */
const maxOutputs = 12

/** What the API answers, or null when it refuses: two in the crowd may want the same thing. */
async function api<T>(place: Place, method: string, path: string, body?: unknown): Promise<T | null> {
  const headers = { authorization: `Bearer ${place.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const answer = await fetch(`http://127.0.0.1:${place.ports.http}${path}`, {
    method,
    headers,
    signal: AbortSignal.timeout(20_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => null)
  const text = (await answer?.text().catch(() => '')) ?? ''
  return answer?.ok === true && text !== '' ? (JSON.parse(text) as T) : null
}

async function anyOutput(place: Place, random: SeededRandom): Promise<Output | null> {
  const page = await api<Page<Output>>(place, 'GET', `${paths.channelOutputs(pick(random, place.channels).id)}?limit=100`)
  return page === null || page.items.length === 0 ? null : pick(random, page.items)
}

const adds: Deed = async (place, random) => {
  const { id } = pick(random, place.channels)
  const body = outputBody(pick(random, place.destinations), random)
  const page = await api<Page<Output>>(place, 'GET', `${paths.channelOutputs(id)}?limit=100`)
  if (page === null || page.items.length >= maxOutputs) return
  await api(place, 'POST', paths.channelOutputs(id), body)
}

function outputBody(url: string, random: SeededRandom) {
  const key = url.startsWith('srt:') ? {} : { streamKey: `key-${random.int(0, 1e9)}` }
  return { name: `o${random.int(0, 1e9)}`, url, ...key, class: pick(random, ['B', 'C']) }
}

/** What the crowd's channels have before anybody comes. */
export async function addFirstOutputs(place: Place, random: SeededRandom): Promise<void> {
  for (const { id } of place.channels) {
    for (let i = 0; i < maxOutputs; i++)
      await api(place, 'POST', paths.channelOutputs(id), outputBody(pick(random, place.destinations), random))
  }
}

const removes: Deed = async (place, random) => {
  const output = await anyOutput(place, random)
  if (output !== null) await api(place, 'DELETE', paths.output(output.id))
}

const moves: Deed = async (place, random) => {
  const url = pick(random, place.destinations)
  const output = await anyOutput(place, random)
  if (output !== null) await api(place, 'PATCH', paths.output(output.id), { url })
}

const turns: Deed = async (place, random) => {
  const verb = pick(random, [paths.outputStart, paths.outputStop, paths.outputRearm])
  const output = await anyOutput(place, random)
  if (output !== null) await api(place, 'POST', verb(output.id))
}

/** A channel for a moment, with an encoder that is still there when it goes. */
const shortChannel: Deed = async (place, random, signal) => {
  const channel = await api<Channel>(place, 'POST', paths.channels, { name: `Short ${random.int(0, 1e9)}` })
  if (channel === null) return
  const publisher = openRtmpPublisher({
    url: `rtmp://127.0.0.1:${place.ports.rtmp}/live`,
    streamKey: channel.inputs[0]?.streamKey ?? '',
    clock: systemClock,
    log: silentLogger,
    handler: { onReady() {}, onClose() {} },
  })
  await rest(random.int(200, 2000), signal)
  await api(place, 'DELETE', paths.channel(channel.id))
  publisher.close()
}

const reads: Deed = async (place, random) => {
  const { id } = pick(random, place.channels)
  const ways = [
    paths.channels,
    paths.channel(id),
    paths.channelStats(id),
    paths.channelTriage(id),
    `${paths.channelTimeline(id)}?limit=200`,
  ]
  for (let i = random.int(1, 5); i > 0; i--) await api(place, 'GET', pick(random, ways))
}

export const operators: Readonly<Record<string, Deed>> = {
  'adds an output': adds,
  'adds one output more': adds,
  'removes an output': removes,
  'moves an output': moves,
  'starts, stops or re-arms an output': turns,
  'makes a channel and deletes it': shortChannel,
  'reads states and timelines': reads,
}
