import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Channel, type ChannelStats, type Input, type Output, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { sendBeeps } from './srt/beeps.ts'
import { Child, missingProgram } from './srt/child.ts'
import { openLossyUdp } from './srt/lossy-udp.ts'
import { type Sluice, startSluice } from './srt/sluice.ts'
import { freePorts } from './web/free-ports.ts'

const libsrtCaller = fileURLToPath(new URL('./srt/libsrt-caller.py', import.meta.url))
/** A publisher that is killed without a word is told within its idle timeout of 5 s, plus what polling takes. */
const noticedWithinMs = 7000

/** At once, each with a channel of its own: most of the time of one is waiting. */
const concurrency = 4
const skip = missingProgram('ffmpeg', 'python3', 'srt-live-transmit')

describe('SRT callers at a Sluice', { skip, concurrency }, () => {
  const children: Child[] = []
  let sluice: Sluice

  before(async () => {
    sluice = await startSluice()
  })
  after(async () => {
    for (const child of children) await child.stop()
    await sluice?.stop()
  })

  /** A channel of one test. */
  const makeChannel = async () => {
    const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Show' })
    const primary = channel.inputs.find((input) => input.role === 'primary')!
    return {
      id: channel.id,
      primary,
      patch: (body: unknown): Promise<Input> => sluice.api<Input>('PATCH', `/inputs/${primary.id}`, body),
      look: (): Promise<Channel> => sluice.api<Channel>('GET', short(paths.channel(channel.id))),
      stats: (): Promise<ChannelStats> => sluice.api<ChannelStats>('GET', short(paths.channelStats(channel.id))),
      lastEvent: async (name: string): Promise<StoredEvent | undefined> => {
        const { items } = await sluice.api<Page<StoredEvent>>('GET', `${short(paths.channelTimeline(channel.id))}?limit=50`)
        return items.find((event) => event.name === name)
      },
    }
  }
  const isLive = (seen: Channel): boolean => seen.state === 'live'
  const keep = (child: Child): Child => {
    children.push(child)
    return child
  }
  const publish = (rest: string): Child => keep(sendBeeps(`srt://127.0.0.1:${sluice.srtPort}?${rest}&pkt_size=1316`, 'mpegts'))
  /** What libsrt itself says to a caller: `connected`, or `rejected` with the code. */
  const knock = async (streamId: string, passphrase?: string, port = sluice.srtPort): Promise<string> => {
    const secret = passphrase === undefined ? [] : [passphrase]
    const caller = keep(new Child('python3', [libsrtCaller, String(port), streamId, ...secret]))
    await caller.ended()
    return caller.said.split('\n').find((line) => /^(connected|rejected)/.test(line)) ?? caller.said
  }

  test('the forms of a stream id all reach the input', async () => {
    const { primary, look } = await makeChannel()
    const key = primary.streamKey ?? ''
    for (const streamId of [`publish:${key}`, `#!::r=${key},m=publish`, `#!::m=publish,r=${key},u=ada`, key]) {
      const publisher = publish(`streamid=${streamId}`)
      const seen = await sluice.until(
        'live channel',
        look,
        (one) => isLive(one) && one.inputs.some((input) => input.actual?.state === 'receiving'),
      )
      const input = seen.inputs.find((one) => one.role === 'primary')?.actual
      assert.equal(input?.protocol, 'srt')
      assert.match(input?.encoder ?? '', /^libsrt 1\./)
      await publisher.stop('SIGTERM')
      await sluice.until('free input', look, (one) => one.inputs.every((each) => each.actual?.state === 'waiting'))
    }
  })

  test('an unknown stream id is refused as unauthorised, which the caller prints', async () => {
    assert.match(await knock('publish:nobody-knows-this-key'), /^rejected 1401 /)
    assert.match(await knock('#!::r=nobody,m=publish'), /^rejected 1401 /)
    assert.match(await knock('read:nobody'), /^rejected 1404 /)
  })

  test('a wrong passphrase, and one that only one side has, are refused with the reason and told on the timeline', async () => {
    const { primary, patch, look, lastEvent } = await makeChannel()
    const passphrase = 'the-right-one-1'
    const id = `publish:${primary.streamKey}`
    await patch({ srt: { passphrase } })
    assert.match(await knock(id, 'the-wrong-one-1'), /^rejected 10 /)
    assert.match(await knock(id), /^rejected 11 /)
    assert.equal(await knock(id, passphrase), 'connected')
    const event = await sluice.until(
      'event',
      () => lastEvent('input.refused'),
      (one) => one !== undefined,
    )
    assert.doesNotMatch(JSON.stringify(event), /the-right-one/)
    for (const keyBytes of [16, 24, 32]) {
      const right = publish(`streamid=${id}&passphrase=${passphrase}&pbkeylen=${keyBytes}`)
      await sluice.until(`publisher with ${keyBytes * 8} bits`, look, isLive)
      await right.stop('SIGTERM')
      await sluice.until('free input', look, (one) => one.inputs.every((each) => each.actual?.state === 'waiting'))
    }
  })

  test('a second publisher is refused as a conflict while the first goes on', async () => {
    const { primary, look } = await makeChannel()
    const id = `publish:${primary.streamKey}`
    const first = publish(`streamid=${id}`)
    await sluice.until('live channel', look, isLive)
    assert.match(await knock(id), /^rejected 1409 /)
    assert.ok(first.isRunning)
    assert.ok(isLive(await look()))
    await first.stop('SIGTERM')
  })

  test('a latency that is set holds for the next connection, and figures have libsrt names', async () => {
    const { id, primary, patch, stats } = await makeChannel()
    await patch({ srt: { latencyMs: 730 } })
    const publisher = publish(`streamid=publish:${primary.streamKey}&latency=200000`)
    const seen = await sluice.until('SRT figures', stats, (one) => (one.inputs[0]?.line?.packetsTotal ?? 0) > 50)
    const { detail = {}, latencyMs } = seen.inputs[0]?.line ?? {}
    assert.deepEqual([latencyMs, detail.msRcvTsbPdDelay], [730, 730])
    for (const name of [
      'msRTT',
      'pktRcvLossTotal',
      'pktRcvRetransTotal',
      'pktRcvDropTotal',
      'msRcvBuf',
      'mbpsRecvRate',
      'mbpsBandwidth',
      'pktFlightSize',
    ]) {
      assert.equal(typeof detail[name], 'number', name)
    }
    const metrics = await sluice.metrics()
    assert.match(metrics, new RegExp(`sluice_srt_latency_ms\\{channel="${id}",side="input",subject="${primary.id}"\\} 730`))
    await publisher.stop('SIGTERM')
    const history = () => sluice.api<{ items: { packets: number }[] }>('GET', short(paths.channelSrt(id)))
    const { items } = await sluice.until('stored minute', history, (one) => one.items.length > 0)
    assert.ok((items[0]?.packets ?? 0) > 50)
  })

  test('a latency too short for the line is told with the one to set, which then recovers all', async (t) => {
    const { primary, patch, look, stats } = await makeChannel()
    const line = await openLossyUdp(sluice.srtPort, { delayMs: 40, lossRatio: 0.03 })
    t.after(() => line.close())
    const input = async () => (await stats()).inputs[0]
    const call = () =>
      keep(sendBeeps(`srt://127.0.0.1:${line.port}?streamid=publish:${primary.streamKey}&latency=100000&pkt_size=1316`, 'mpegts'))
    await patch({ srt: { latencyMs: 100 } })
    const short100 = call()
    const before = await sluice.until('advice', input, (one) => one?.lineAdvice !== undefined)
    t.diagnostic(`${before?.lineAdvice?.sentence}; ${before?.line?.droppedTotal} lost for good`)
    assert.match(before?.lineAdvice?.sentence ?? '', /loss .* %.* latency 100 ms can't recover it, set \d+/)
    const latencyMs = before?.lineAdvice?.suggestedLatencyMs ?? 0
    assert.ok(latencyMs >= 240 && latencyMs <= 800, `${latencyMs} ms`)
    await patch({ srt: { latencyMs } })
    await short100.stop('SIGTERM')
    await sluice.until('free input', look, (one) => one.inputs.every((each) => each.actual?.state === 'waiting'))
    const long = call()
    const after = await sluice.until('advice', input, (one) => one?.lineAdvice !== undefined && one.line?.latencyMs === latencyMs)
    t.diagnostic(`${after?.lineAdvice?.sentence}; ${after?.line?.lostTotal} lost on the way, ${after?.line?.droppedTotal} for good`)
    assert.equal(after?.line?.droppedTotal, 0)
    await long.stop('SIGTERM')
  })

  test('a GStreamer pipeline publishes with 256 bits', { skip: missingProgram('gst-launch-1.0') }, async () => {
    const { primary, patch, look } = await makeChannel()
    await patch({ srt: { passphrase: '0123456789abc' } })
    const uri = `srt://127.0.0.1:${sluice.srtPort}?streamid=publish:${primary.streamKey}`
    const video =
      'videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=30/1 ! x264enc tune=zerolatency key-int-max=30 ! h264parse ! mux.'
    const audio = 'audiotestsrc is-live=true ! avenc_aac ! aacparse ! mux.'
    const sink = `mpegtsmux name=mux alignment=7 ! srtsink uri=${uri} passphrase=0123456789abc pbkeylen=32 wait-for-connection=false`
    const pipeline = keep(new Child('gst-launch-1.0', `${video} ${audio} ${sink}`.split(' ')))
    const seen = await sluice.until('live channel', look, (one) => isLive(one) && one.inputs.some((input) => input.actual?.audio != null))
    assert.equal(seen.inputs.find((input) => input.role === 'primary')?.actual?.video?.width, 320)
    await pipeline.stop('SIGINT')
  })

  test('a publisher that is killed without a word is noticed in its idle timeout', async (t) => {
    const { primary, look } = await makeChannel()
    const publisher = publish(`streamid=publish:${primary.streamKey}`)
    await sluice.until('live channel', look, isLive)
    const startMs = performance.now()
    await publisher.stop('SIGKILL')
    const lost = await sluice.until('loss', look, (one) => one.inputs.every((each) => each.actual?.state === 'waiting'))
    const tookMs = Math.round(performance.now() - startMs)
    t.diagnostic(`noticed after ${tookMs} ms: ${lost.inputs[0]?.actual?.lastProblem}`)
    assert.ok(tookMs < noticedWithinMs, `${tookMs} ms`)
    assert.match(lost.inputs.map((each) => each.actual?.lastProblem).join(), /nothing arrived from the encoder for 5 s/)
  })

  test('an input pulls from a listener, says when it is gone, and comes back with it', async () => {
    const { patch, look, lastEvent } = await makeChannel()
    const [port = 0] = await freePorts(1)
    const listen = () => keep(sendBeeps(`srt://127.0.0.1:${port}?mode=listener&passphrase=0123456789&pbkeylen=32&pkt_size=1316`, 'mpegts'))
    const first = listen()
    const input = await patch({ pull: { url: `srt://127.0.0.1:${port}?passphrase=0123456789&latency=300` } })
    assert.deepEqual(
      [input.pull?.url, input.pull?.hasStreamId, input.pull?.hasPassphrase],
      [`srt://127.0.0.1:${port}?latency=300`, false, true],
    )
    const seen = await sluice.until('live channel', look, isLive)
    assert.equal(seen.inputs.find((one) => one.role === 'primary')?.actual?.pull?.state, 'connected')
    await first.stop('SIGTERM')
    await sluice.until('backoff', look, (one) => one.inputs.some((each) => each.actual?.pull?.state === 'backoff'))
    const event = await sluice.until(
      'event',
      () => lastEvent('input.warned'),
      (one) => one !== undefined,
    )
    assert.match(event?.message ?? '', /cannot reach its source/)
    assert.doesNotMatch(JSON.stringify(event), /0123456789/)
    listen()
    await sluice.until('return', look, (one) => isLive(one) && one.inputs.some((each) => each.actual?.pull?.state === 'connected'))
    await patch({ pull: null })
    await sluice.until('free input', look, (one) =>
      one.inputs.every((each) => each.actual?.state === 'waiting' && each.actual.pull === undefined),
    )
  })

  test('an output waits for callers, takes one, and refuses a wrong stream id', async () => {
    const { id, primary, look } = await makeChannel()
    const [port = 0] = await freePorts(1)
    const url = `srt://:${port}?mode=listener&streamid=studio&passphrase=0123456789`
    const output = await sluice.api<Output>('POST', `/channels/${id}/outputs`, { name: 'Pulled', url })
    assert.equal(output.url, `srt://:${port}?mode=listener`)
    publish(`streamid=publish:${primary.streamKey}`)
    await sluice.until('live channel', look, isLive)
    assert.match(await knock('other', '0123456789', port), /^rejected 1401 /)
    const probe = [
      '-hide_banner',
      '-loglevel',
      'info',
      '-i',
      `srt://127.0.0.1:${port}?streamid=studio&passphrase=0123456789`,
      '-t',
      '3',
      '-f',
      'null',
      '-',
    ]
    const player = keep(new Child('ffmpeg', probe))
    assert.equal(await player.ended(), 0, player.said)
    assert.match(player.said, /Video: h264[\s\S]*Audio: aac|Audio: aac[\s\S]*Video: h264/)
  })
})

const short = (path: string): string => path.slice('/api/v1'.length)
