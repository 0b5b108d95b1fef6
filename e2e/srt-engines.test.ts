import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Channel, type ChannelStats, paths } from '@sluice/contract/api'
import { sendBeeps } from './srt/beeps.ts'
import { Child, missingProgram } from './srt/child.ts'
import { type Sluice, startSluice } from './srt/sluice.ts'

/** The kernel spreads callers by their port: of so many, all on one of two engines would be one chance in 128. */
const callers = 8
const stoppedForMs = 12_000
/** What the engine may grow by for a reader that takes nothing: its send buffer and the queue before it, several times over. */
const maxGrowthBytes = 64 * 1024 * 1024

describe('SRT at two engines that share one port', { skip: missingProgram('ffmpeg'), concurrency: 2 }, () => {
  const children: Child[] = []
  let sluice: Sluice

  before(async () => {
    sluice = await startSluice({ engines: 2 })
  })
  after(async () => {
    for (const child of children) await child.stop()
    await sluice?.stop()
  })
  const keep = (child: Child): Child => {
    children.push(child)
    return child
  }
  const get = (id: string): Promise<Channel> => sluice.api<Channel>('GET', short(paths.channel(id)))
  const key = (channel: Channel): string => channel.inputs.find((input) => input.role === 'primary')?.streamKey ?? ''
  const play = (channel: Channel, seconds: number): Child => {
    const url = `srt://127.0.0.1:${sluice.srtPort}?streamid=read:${key(channel)}&latency=200000`
    return keep(new Child('ffmpeg', ['-hide_banner', '-loglevel', 'info', '-i', url, '-t', String(seconds), '-f', 'null', '-']))
  }

  test('publishers and readers reach their channel whichever engine they land on, and it has their figures', async () => {
    const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Show' })
    for (let i = 0; i < callers; i++) {
      const publisher = keep(sendBeeps(`srt://127.0.0.1:${sluice.srtPort}?streamid=publish:${key(channel)}&pkt_size=1316`, 'mpegts'))
      await sluice.until(
        'live channel',
        () => get(channel.id),
        (one) => one.state === 'live' && one.inputs.some((input) => input.actual?.protocol === 'srt'),
      )
      const stats = () => sluice.api<ChannelStats>('GET', short(paths.channelStats(channel.id)))
      const seen = await sluice.until('SRT figures', stats, (one) => (one.inputs[0]?.line?.packetsTotal ?? 0) > 0)
      assert.equal(seen.inputs[0]?.line?.latencyMs, 500)
      if (i === callers - 1) {
        const readers = Array.from({ length: callers }, () => play(channel, 2))
        for (const reader of readers) {
          assert.equal(await reader.ended(), 0, reader.said)
          assert.match(reader.said, /Video: h264/)
          assert.match(reader.said, /Audio: aac/)
        }
      }
      await publisher.stop('SIGTERM')
      await sluice.until(
        'free input',
        () => get(channel.id),
        (one) => one.inputs.every((input) => input.actual?.state === 'waiting'),
      )
    }
  })

  test('a reader that stops reading costs bounded memory and holds nobody up', async (t) => {
    const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Other' })
    keep(sendBeeps(`srt://127.0.0.1:${sluice.srtPort}?streamid=publish:${key(channel)}&pkt_size=1316`, 'mpegts'))
    await sluice.until(
      'live channel',
      () => get(channel.id),
      (one) => one.state === 'live',
    )
    const stopped = Array.from({ length: callers }, () => play(channel, 600))
    for (const reader of stopped) await reader.until(/Output #0/)
    const before = await enginesRssBytes(sluice)
    for (const reader of stopped) reader.process.kill('SIGSTOP')
    const reader = play(channel, stoppedForMs / 1000)
    assert.equal(await reader.ended(), 0, reader.said)
    const grownBytes = (await enginesRssBytes(sluice)) - before
    t.diagnostic(`${callers} stopped readers: the engines grew by ${(grownBytes / 1e6).toFixed(1)} MB in ${stoppedForMs / 1000} s`)
    assert.ok(grownBytes < maxGrowthBytes, `${grownBytes} bytes`)
    for (const one of stopped) await one.stop()
  })
})

async function enginesRssBytes(sluice: Sluice): Promise<number> {
  const metrics = await sluice.metrics()
  return [...metrics.matchAll(/^sluice_engine_resident_bytes\{[^}]*\} (\d+)/gm)].reduce((sum, match) => sum + Number(match[1]), 0)
}

const short = (path: string): string => path.slice('/api/v1'.length)
