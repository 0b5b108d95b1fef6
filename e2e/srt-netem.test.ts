import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { type Channel, type ChannelStats, paths } from '@sluice/contract/api'
import { type BadNetwork, openBadNetwork } from './srt/bad-network.ts'
import { beepArgs, readBeeps, watchBeeps } from './srt/beeps.ts'
import { Child, missingProgram } from './srt/child.ts'
import { startSluice } from './srt/sluice.ts'

const seconds = 20
const maxOffsetMs = 40

const lines = [
  { name: '2 % loss, 50 ms RTT', netem: 'delay 25ms 3ms loss 2%', latencyMs: 300 },
  { name: '10 % loss, 200 ms RTT, reordered and repeated', netem: 'delay 100ms 10ms loss 10% duplicate 1%', latencyMs: 1600 },
  { name: 'bursts of 30 %', netem: 'delay 25ms loss gemodel 1% 20% 70% 0.1%', latencyMs: 600 },
] as const

describe("SRT over the kernel's own bad line", { skip: missingProgram('ffmpeg', 'ip', 'tc') }, () => {
  for (const { name, netem, latencyMs } of lines) {
    test(`${name}: nothing is lost for good, and sound stays with the picture`, async (t) => {
      const line = openBadNetwork(netem)
      if (typeof line === 'string') return t.skip(line)
      t.after(() => line.close())
      await lossless(t, line, latencyMs)
    })
  }
})

async function lossless(t: TestContext, line: BadNetwork, latencyMs: number): Promise<void> {
  const sluice = await startSluice({ host: '0.0.0.0' })
  t.after(() => sluice.stop())
  const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Show' })
  const input = channel.inputs.find((one) => one.role === 'primary')
  await sluice.api('PATCH', `/inputs/${input?.id}`, { srt: { latencyMs } })
  const url = `srt://${line.hostAddress}:${sluice.srtPort}?streamid=publish:${input?.streamKey}&pkt_size=1316`
  const { program, args } = line.wrap('ffmpeg', beepArgs(url, 'mpegts'))
  const publisher = new Child(program, args)
  t.after(() => publisher.stop())
  const look = (): Promise<Channel> => sluice.api<Channel>('GET', short(paths.channel(channel.id)))
  await sluice.until('live channel', look, (seen) => seen.state === 'live')
  const watcher = watchBeeps(channel.playback.rtmp, seconds)
  t.after(() => watcher.stop())
  await watcher.ended()
  const stats = await sluice.api<ChannelStats>('GET', short(paths.channelStats(channel.id)))
  const { line: figuresOfLine = null, lineAdvice } = stats.inputs[0] ?? {}
  const figures = readBeeps(watcher.said)
  t.diagnostic(
    `${figuresOfLine?.lostTotal} of ${figuresOfLine?.packetsTotal} packets lost on the way, ${figuresOfLine?.droppedTotal} for good; ${JSON.stringify(figures)}`,
  )
  t.diagnostic(lineAdvice?.sentence ?? 'no advice')
  assert.equal(figuresOfLine?.droppedTotal, 0)
  assert.ok((figuresOfLine?.lostTotal ?? 0) > 0, 'the line loses')
  assert.ok(figures.beeps >= seconds - 4, `${figures.beeps} beeps`)
  assert.ok(Math.max(Math.abs(figures.minOffsetMs), Math.abs(figures.maxOffsetMs)) <= maxOffsetMs, JSON.stringify(figures))
}

const short = (path: string): string => path.slice('/api/v1'.length)
