// budget: 45 s, one show of two tracks in and three out; lane: shared, it checks facts
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Channel, type ChannelPlan, type ChannelStats, type Output, type Page, paths, type Rung } from '@sluice/contract/api'
import { readConfigurationAnswer } from '@sluice/contract/enhanced-broadcasting'
import type { StoredEvent } from '@sluice/contract/events'
import { type ConfigurationService, obsRequest, openConfigurationService, reportTracks } from '@sluice/testkit/enhanced-broadcasting'
import { flvOfMessages, openRtmpSink, type RtmpSinkServer } from '@sluice/testkit/rtmp-sink'
import { makeFolder } from './support/folder.ts'
import { runProgram, startProgram } from './support/program.ts'
import { missing, missingCodecs } from './support/tools.ts'
import { until } from './support/wait.ts'
import { signUp } from './web/operator.ts'
import { type Sluice, startSluice } from './web/sluice.ts'

const withinMs = 30_000
const script = (name: string): string => fileURLToPath(new URL(`./enhanced/${name}.ts`, import.meta.url))
const canvas = { width: 640, height: 360, canvas_width: 640, canvas_height: 360, framerate: { numerator: 30, denominator: 1 } }

describe('Enhanced Broadcasting in and out', { skip: missing('ffmpeg') || missingCodecs() }, () => {
  let sluice: Sluice
  let cookie: string
  let twitch: ConfigurationService
  let channel: Channel
  const sinks: Record<'whole' | 'small' | 'twitch' | 'refused', RtmpSinkServer> = {} as never
  const outputs: Record<string, Output> = {}

  const api = async <T>(method: string, to: string, body?: unknown): Promise<T> => {
    const headers = { origin: sluice.url, cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const answer = await fetch(sluice.url + to, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    assert.ok(answer.ok, `${method} ${to}: ${answer.status} ${await answer.clone().text()}`)
    return (await answer.json()) as T
  }
  const output = (name: string): Promise<Output> => api('GET', paths.output(outputs[name]!.id))
  const add = async (name: string, sink: RtmpSinkServer, body: object = {}): Promise<void> => {
    outputs[name] = await api<Output>('POST', paths.channelOutputs(channel.id), { name, url: sink.url, streamKey: 'own-key', ...body })
  }

  before(async () => {
    for (const name of ['whole', 'small', 'twitch', 'refused'] as const) sinks[name] = await openRtmpSink()
    twitch = await openConfigurationService({
      ingest: sinks.twitch.url,
      sessionKey: 'session-key',
      encoders: [
        { width: 640, height: 360, fps: [30, 1], kbps: 900 },
        { width: 320, height: 180, fps: [30, 1], kbps: 300 },
        { width: 160, height: 90, fps: [15, 1], kbps: 100 },
      ],
    })
    sluice = await startSluice({ flags: ['--twitch-config-url', twitch.url] })
    cookie = await signUp(sluice)
    channel = await api<Channel>('POST', paths.channels, { name: 'Evening show' })
  })
  after(async () => {
    await sluice?.stop()
    await twitch?.close()
    for (const sink of Object.values(sinks)) await sink.close()
  })

  test('OBS is given two encoders, FFmpeg 8 sends what they make as two tracks, and Twitch gets three tracks of which one is encoded here', async (t) => {
    const video = { codec: 'h264', width: 320, height: 180, fps: 30, bitrateKbps: 300, gopMs: 2000 }
    const rung = await api<Rung>('POST', paths.channelRungs(channel.id), {
      name: 'Small',
      video,
      audio: { codec: 'aac', bitrateKbps: 128 },
    })
    await add('whole', sinks.whole, { rung: 'source' })
    await add('small', sinks.small, { rung: rung.id })
    await add('twitch', sinks.twitch, { platform: 'twitch', enhanced: 'on', rung: 'source' })

    // In: what OBS posts, and what it is answered.
    const { streamKey } = channel.inputs.find(({ role }) => role === 'primary')!
    const asked = obsRequest(streamKey!, { canvases: [canvas], maximum_video_tracks: 2 })
    const { answer } = readConfigurationAnswer(await api('POST', paths.clientConfiguration, asked), { num: 30, den: 1 })
    assert.deepEqual(
      answer?.encoders.map(({ width, height, kbps }) => [width, height, kbps]),
      [
        [640, 360, 800],
        [320, 180, 300],
      ],
    )
    const files = await Promise.all(answer!.encoders.map((one) => makePictures(t, one)))
    const server = answer!.ingests[0]!.url.replace('/{stream_key}', '')
    const publisher = startProgram(t, process.execPath, [
      ...[script('mux-tracks'), `${server}/${streamKey}?clientConfigId=${answer!.configId}`],
      ...files,
    ])
    await until(
      'everything is live',
      async () => {
        if (publisher.hasEnded()) throw new Error(publisher.output())
        return (await Promise.all(Object.keys(outputs).map(output))).every(({ actual }) => actual?.state === 'live')
      },
      withinMs,
    )

    // The rung is the second track of the input; only the smallest of Twitch's is encoded.
    let plan = await api<ChannelPlan>('GET', paths.channelPlan(channel.id))
    await until(
      'the plan knows the tracks of the input, and those that Twitch wants',
      async () => {
        plan = await api<ChannelPlan>('GET', paths.channelPlan(channel.id))
        const hasTracks = plan.outputs.some(({ outputId, tracks }) => outputId === outputs['twitch']!.id && tracks?.length === 3)
        return hasTracks && plan.rungs.some(({ spec }) => spec.from !== undefined)
      },
      withinMs,
    )
    const fromInput = plan.rungs.filter(({ spec }) => spec.from !== undefined)
    assert.deepEqual(
      fromInput.map(({ rungId, spec, cost }) => [rungId, spec.from?.inputTrack, cost.cpuPercent]),
      [[rung.id, 1, 0]],
    )
    const tracks = plan.outputs.find(({ outputId }) => outputId === outputs['twitch']!.id)!.tracks!
    assert.deepEqual(
      tracks.map((id) => plan.rungs.find((one) => one.id === id)?.spec.video?.height ?? id),
      ['source', 180, 90],
    )
    const { inputs } = await api<ChannelStats>('GET', paths.channelStats(channel.id))
    assert.deepEqual(
      inputs[0]?.renditions?.map(({ track, width, height }) => [track, width, height]),
      [[1, 320, 180]],
    )
    const standing = (await output('twitch')).enhancedStanding
    assert.deepEqual([standing?.state, standing?.tracks.length], ['granted', 3])

    // Out: what the platform was asked, and what it got.
    const { body } = twitch.requests[0]!
    const preferences = body['preferences'] as { canvases: { width: number; framerate: object }[] }
    assert.deepEqual(
      [body['authentication'], preferences.canvases[0]?.width, preferences.canvases[0]?.framerate],
      ['own-key', 640, { numerator: 30, denominator: 1 }],
    )
    const session = sinks.twitch.sessions.at(-1)!
    assert.match(session.streamKey, /^session-key\?clientConfigId=config-\d+$/)
    await until('eight seconds came', () => (reportTracks(session.messages).video[2]?.keysMs.length ?? 0) >= 5, withinMs)
    const { video: came, audio } = reportTracks(session.messages)
    assert.deepEqual(
      came.map(({ id, codec, width, height, configs }) => [id, codec, width, height, configs]),
      [
        [0, 'h264', 640, 360, 1],
        [1, 'h264', 320, 180, 1],
        [2, 'h264', 160, 90, 1],
      ],
    )
    assert.deepEqual([...audio.keys()], [0])
    for (const { id, keysMs, stepsBack, fps, metrics } of came) {
      assert.equal(stepsBack, 0)
      assert.ok(Math.abs(fps - (id === 2 ? 15 : 30)) < 1, `track ${id}: ${fps} frames/s`)
      assert.equal(metrics, keysMs.length, `track ${id}: metrics before each key frame`)
      // At equal programme times on all tracks, to the platform's 15 ms.
      const common = Math.min(keysMs.length, came[0]!.keysMs.length) - 1
      for (let i = 0; i < common; i++)
        assert.ok(Math.abs(keysMs[i]! - came[0]!.keysMs[i]!) <= 15, `track ${id}: ${keysMs} beside ${came[0]!.keysMs}`)
    }
    // Whoever did not ask for tracks has one.
    await until('the small one comes from the input', async () => {
      const messages = sinks.small.sessions.at(-1)!.messages
      return reportTracks(messages).video[0]!.frames > 90
    })
    for (const sink of [sinks.whole, sinks.small])
      assert.deepEqual(
        reportTracks(sink.sessions.at(-1)!.messages).video.map(({ id }) => id),
        [0],
      )

    // FFmpeg 8 as the judge of what left: three streams, and all of their pictures decode.
    const file = path.join(makeFolder(t), 'twitch.flv')
    writeFileSync(file, flvOfMessages(session.messages))
    const judged = JSON.parse(await runProgram(t, process.execPath, [script('read-tracks'), file])) as { width: number; decoded: number }[]
    assert.deepEqual(
      judged.map(({ width }) => width),
      [640, 320, 160],
    )
    for (const { width, decoded } of judged) assert.ok(decoded > (width === 160 ? 100 : 200), `${width}: ${decoded} pictures`)

    // A refusal: the platform's words, and one track; or nothing, which is trouble.
    twitch.behaviour = { type: 'refuse', html: '<b>Not for this account.</b>' }
    await add('refused', sinks.refused, { platform: 'twitch', enhanced: 'only', rung: 'source' })
    await until('the platform has refused', async () => (await output('refused')).enhancedStanding?.state === 'refused', withinMs)
    const refused = await output('refused')
    assert.match(refused.enhancedStanding?.message ?? '', /Twitch refuses Enhanced Broadcasting. It says: Not for this account./)
    assert.deepEqual([refused.isTroubled, sinks.refused.sessions.length], [true, 0])
    await api('PATCH', paths.output(refused.id), { enhanced: 'on' })
    await until('it gets one track', async () => (await output('refused')).actual?.state === 'live', withinMs)
    assert.deepEqual([(await output('refused')).enhancedStanding?.state, sinks.refused.sessions.at(-1)!.streamKey], ['single', 'own-key'])
    const { items } = await api<Page<StoredEvent>>('GET', `${paths.channelTimeline(channel.id)}?limit=100`)
    assert.ok(items.some(({ name, severity }) => name === 'output.enhanced_failed' && severity === 'error'))
    assert.doesNotMatch(JSON.stringify(items), /own-key|session-key/)

    // Control restarts in mid-show: what was granted stands, and nobody is asked or connected again.
    const before = { asked: twitch.requests.length, frames: session.messages.length }
    await sluice.leaveControl()
    await sluice.returnControl()
    await until('the stream goes on', () => session.messages.length > before.frames + 300, withinMs)
    assert.deepEqual(
      [(await output('twitch')).enhancedStanding?.state, (await output('refused')).enhancedStanding?.state],
      ['granted', 'single'],
    )
    assert.deepEqual([twitch.requests.length, sinks.twitch.sessions.length, session.ended], [before.asked, 1, null])
  })
})

/** What one encoder of an answer makes: half a minute of moving bars with a tone. */
async function makePictures(
  t: Parameters<typeof makeFolder>[0],
  { width, height, kbps }: { width: number; height: number; kbps: number },
): Promise<string> {
  const file = path.join(makeFolder(t), `${height}.flv`)
  const rate = `${Math.round(kbps * 0.95)}k`
  await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=30`],
    ...[
      '-f',
      'lavfi',
      '-i',
      'sine=frequency=440:sample_rate=48000',
      '-t',
      '40',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-threads',
      '1',
    ],
    ...[
      '-g',
      '60',
      '-bf',
      '0',
      '-sc_threshold',
      '0',
      '-b:v',
      rate,
      '-minrate',
      rate,
      '-maxrate',
      rate,
      '-bufsize',
      rate,
      '-pix_fmt',
      'yuv420p',
    ],
    ...['-x264-params', 'nal-hrd=cbr', '-c:a', 'aac', '-b:a', '96k', '-ac', '2', file],
  ])
  return file
}
