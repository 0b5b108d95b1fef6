import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Channel, type ChannelStats, type Output, paths } from '@sluice/contract/api'
import { readBeeps, sendBeeps, watchBeeps } from './srt/beeps.ts'
import { type Child, missingProgram } from './srt/child.ts'
import { type LossyUdp, openLossyUdp } from './srt/lossy-udp.ts'
import { type Sluice, startSluice } from './srt/sluice.ts'
import { freePorts } from './web/free-ports.ts'

const seconds = process.env.SLUICE_SOAK_MINUTES === undefined ? 25 : Number(process.env.SLUICE_SOAK_MINUTES) * 60
const maxOffsetMs = 40
const maxDriftMs = 40

// ffmpeg -- SRT, 5 % loss, 50 ms RTT --> first channel -- RTMP --> second channel -- SRT, waiting for a caller --> ffmpeg
describe(`SRT in and out for ${seconds} s over a line that loses 5 %`, { skip: missingProgram('ffmpeg') }, () => {
  const children: Child[] = []
  let sluice: Sluice
  let line: LossyUdp
  let first: Channel
  let second: Channel
  let pullPort: number

  before(async () => {
    sluice = await startSluice()
    first = await sluice.api<Channel>('POST', '/channels', { name: 'First' })
    second = await sluice.api<Channel>('POST', '/channels', { name: 'Second' })
    line = await openLossyUdp(sluice.srtPort, { delayMs: 25, lossRatio: 0.05 })
    pullPort = (await freePorts(1))[0] ?? 0
    const rtmp = { name: 'on', url: `rtmp://127.0.0.1:${sluice.rtmpPort}/live`, streamKey: keyOf(second) }
    await sluice.api<Output>('POST', `/channels/${first.id}/outputs`, rtmp)
    const waiting = { name: 'pulled', url: `srt://127.0.0.1:${pullPort}?mode=listener&latency=400` }
    await sluice.api<Output>('POST', `/channels/${second.id}/outputs`, waiting)
    const publish = `srt://127.0.0.1:${line.port}?streamid=publish:${keyOf(first)}&latency=500000&pkt_size=1316`
    children.push(sendBeeps(publish, 'mpegts'))
    const ready = (channel: Channel) => channel.playback !== null && channel.state === 'live'
    for (const { id } of [first, second]) {
      await sluice.until('live channel', () => sluice.api<Channel>('GET', paths.channel(id).slice('/api/v1'.length)), ready)
    }
    await sluice.until(
      'playlist',
      () => fetch(first.playback.hls).then((answer) => answer.ok),
      (isOk) => isOk,
    )
  })
  after(async () => {
    for (const child of children) await child.stop()
    line?.close()
    await sluice?.stop()
  })

  test('RTMP, HLS and SRT out keep sound and picture together and do not drift', async (t) => {
    const watchers = {
      rtmp: watchBeeps(first.playback.rtmp, seconds),
      hls: watchBeeps(first.playback.hls, seconds),
      srt: watchBeeps(`srt://127.0.0.1:${pullPort}?latency=400000`, seconds),
    }
    children.push(...Object.values(watchers))
    await Promise.all(Object.values(watchers).map((watcher) => watcher.ended()))
    const stats = await sluice.api<ChannelStats>('GET', `/channels/${first.id}/stats`)
    const input = stats.inputs[0]?.line
    t.diagnostic(
      `line lost ${line.lost} packets; input: ${input?.packetsTotal} packets, ${input?.lostTotal} lost on the way, ${input?.droppedTotal} for good, RTT ${input?.rttMs?.toFixed(1)} ms`,
    )
    for (const [name, watcher] of Object.entries(watchers)) {
      const figures = readBeeps(watcher.said)
      t.diagnostic(`${name}: ${JSON.stringify(figures)}`)
      assert.ok(figures.beeps > seconds * 0.8 - 5, `${name}: ${figures.beeps} beeps in ${seconds} s\n${watcher.said.slice(-1500)}`)
      assert.ok(
        Math.abs(figures.minOffsetMs) <= maxOffsetMs && Math.abs(figures.maxOffsetMs) <= maxOffsetMs,
        `${name}: ${JSON.stringify(figures)}`,
      )
      assert.ok(
        Math.abs(figures.videoDriftMs) <= maxDriftMs && Math.abs(figures.audioDriftMs) <= maxDriftMs,
        `${name}: ${JSON.stringify(figures)}`,
      )
    }
    assert.equal(input?.droppedTotal, 0, 'the latency recovers all that the line loses')
  })
})

const keyOf = (channel: Channel): string => channel.inputs.find((input) => input.role === 'primary')?.streamKey ?? ''
