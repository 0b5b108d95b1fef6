// budget: 60 s: one show with a failover there and back, a killed encoder and an end; lane: shared, it checks facts
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { type Channel, type LatencyLedger, type Output, type Picture, paths, type Rung } from '@sluice/contract/api'
import { flvOfMessages, openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { childrenOf, commandOf, innermost } from './support/children.ts'
import { makeFolder } from './support/folder.ts'
import { runProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'
import { signUp } from './web/operator.ts'
import { type Publisher, runFfmpeg } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'

const withinMs = 30_000
const rate = 48_000
type Sink = Awaited<ReturnType<typeof openRtmpSink>>
type Colour = readonly [number, number, number]

/** A third red, a third green, a third blue; two tones, or one. */
function encoderArgs(url: string, size: readonly [number, number], tones: readonly number[], format: string): string[] {
  const [width, height] = size
  const third = Math.round(width / 3)
  const bars = `color=red:s=${width}x${height}:r=25,drawbox=x=${third}:w=${third}:h=ih:color=lime:t=fill,drawbox=x=${2 * third}:w=iw:h=ih:color=blue:t=fill,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p`
  const sound = tones.flatMap((hz) => ['-f', 'lavfi', '-i', `aevalsrc=0.25*sin(2*PI*${hz}*t)|0.25*sin(2*PI*${hz}*t):s=${rate}:c=stereo`])
  const maps = ['-map', '0:v', ...tones.flatMap((_, i) => ['-map', `${i + 1}:a`])]
  const colours = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv']
  const video = [...colours, '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-b:v', '400k']
  return ['-re', '-f', 'lavfi', '-i', bars, ...sound, ...maps, ...video, '-c:a', 'aac', '-b:a', '128k', '-f', format, url]
}

describe('a picture and sound of its own for a destination', { skip: missing('ffmpeg', 'ffprobe') }, () => {
  let sluice: Sluice
  let cookie: string
  let channel: Channel
  let rung: Rung
  let logo: Picture
  // bound: two
  const encoders: Publisher[] = []
  // bound: four
  const sinks: Record<string, Sink> = {}
  const outputs: Record<string, Output> = {}
  /** When the last message of the last recording came. */
  let recordedMs = 0

  const call = (method: string, to: string, body?: string | Buffer<ArrayBuffer>, type = 'application/json'): Promise<Response> =>
    fetch(sluice.url + to, {
      method,
      headers: { origin: sluice.url, cookie, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    })
  const api = async <T>(method: string, to: string, body?: unknown): Promise<T> => {
    const answer = await call(method, to, body === undefined ? undefined : JSON.stringify(body))
    assert.ok(answer.ok, `${method} ${to}: ${answer.status} ${await answer.clone().text()}`)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }
  const add = async (name: string, body: object): Promise<void> => {
    sinks[name] = await openRtmpSink()
    const address = { name, url: sinks[name].url, streamKey: 'k', class: 'A' }
    outputs[name] = await api<Output>('POST', paths.channelOutputs(channel.id), { ...address, ...body })
  }
  const output = (name: string): Promise<Output> => api<Output>('GET', paths.output(outputs[name]!.id))
  const areLive = async (): Promise<boolean> => {
    for (const name of Object.keys(outputs)) if ((await output(name)).actual?.state !== 'live') return false
    return true
  }
  const got = (name: string) => sinks[name]!.sessions[0]?.messages ?? []
  /** The last so many seconds that a sink got, with what a decoder needs. */
  const recordingOf = (t: TestContext, name: string, seconds: number): string => {
    const all = got(name)
    const isConfig = ({ kind, body }: (typeof all)[number]): boolean =>
      kind !== 'data' && body[1] === 0 && (kind === 'video' || body[0]! >> 4 === 10)
    const isKey = ({ kind, body }: (typeof all)[number]): boolean => kind === 'video' && body[0]! >> 4 === 1 && body[1] === 1
    const lastMs = all.findLast(({ kind }) => kind === 'video')!.timestampMs
    const from = all.findLastIndex((message) => isKey(message) && message.timestampMs <= lastMs - seconds * 1000)
    const heads = ['video', 'audio'].flatMap(
      (kind) => all.slice(0, from).findLast((message) => message.kind === kind && isConfig(message)) ?? [],
    )
    recordedMs = all.at(-1)!.atMs
    const file = path.join(makeFolder(t), 'got.flv')
    writeFileSync(file, flvOfMessages([...heads, ...all.slice(from)]))
    return file
  }
  /** Colours of the last picture at places, as shares of its width and height. */
  const coloursAt = async (t: TestContext, name: string, places: readonly (readonly [number, number])[]): Promise<Colour[]> => {
    const raw = path.join(makeFolder(t), 'last.rgb')
    const file = recordingOf(t, name, 0)
    await runProgram(t, 'ffmpeg', ['-v', 'error', '-i', file, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-sws_flags', 'accurate_rnd', raw])
    const size = await runProgram(t, 'ffprobe', [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      'stream=width,height',
      '-of',
      'csv=p=0',
      file,
    ])
    const [width = 0, height = 0] = size.trim().split(',').map(Number)
    const bytes = readFileSync(raw).subarray(-width * height * 3)
    return places.map(([x, y]) => {
      const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 3
      return [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!]
    })
  }
  const isNear = (a: Colour, b: Colour, by = 24): boolean => a.every((value, i) => Math.abs(value - b[i]!) <= by)
  /** When the first picture came, of those since `sinceMs`, whose colour at the left is right. */
  const firstMs = async (t: TestContext, name: string, sinceMs: number, isRight: (colour: Colour) => boolean): Promise<number> => {
    const raw = path.join(makeFolder(t), 'all.rgb')
    const file = recordingOf(t, name, (performance.now() - sinceMs) / 1000 + 2)
    await runProgram(t, 'ffmpeg', [
      '-v',
      'error',
      '-i',
      file,
      '-an',
      '-vf',
      'crop=2:2:54:96',
      '-vsync',
      'passthrough',
      '-pix_fmt',
      'rgb24',
      '-f',
      'rawvideo',
      raw,
    ])
    const bytes = readFileSync(raw)
    const count = bytes.length / 12
    const pictures = got(name).filter(({ kind, body }) => kind === 'video' && body[1] === 1)
    const decoded = pictures.filter(({ atMs }) => atMs <= recordedMs).slice(-count)
    return (
      decoded.find(({ atMs }, i) => atMs >= sinceMs && isRight([bytes[i * 12]!, bytes[i * 12 + 1]!, bytes[i * 12 + 2]!]))?.atMs ??
      Number.NaN
    )
  }
  /** Level of a tone in the last second and a half, in dB of full scale. */
  const levelDb = async (t: TestContext, name: string, hz: number): Promise<number> => {
    const raw = path.join(makeFolder(t), 'sound.f32')
    await runProgram(t, 'ffmpeg', [
      '-v',
      'error',
      '-i',
      recordingOf(t, name, 1.5),
      '-vn',
      '-af',
      'pan=mono|c0=c0',
      '-ar',
      `${rate}`,
      '-f',
      'f32le',
      raw,
    ])
    const bytes = readFileSync(raw)
    const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)).subarray(-rate)
    let [re, im] = [0, 0]
    for (const [i, value] of samples.entries()) {
      re += value * Math.cos((2 * Math.PI * hz * i) / rate)
      im += value * Math.sin((2 * Math.PI * hz * i) / rate)
    }
    return 20 * Math.log10((2 * Math.hypot(re, im)) / samples.length + 1e-9)
  }
  /** By how much later the same pictures came to one sink than to another: the middle of the last ones. */
  const lagMs = (late: string, soon: string): number => {
    const when = new Map(
      got(soon).flatMap(({ kind, timestampMs, atMs }) => (kind === 'video' ? [[timestampMs, atMs]] : [])) as [number, number][],
    )
    const lags = got(late).flatMap(({ kind, timestampMs, atMs }) =>
      kind === 'video' && when.has(timestampMs) ? [atMs - when.get(timestampMs)!] : [],
    )
    return lags.slice(-50).toSorted((a, b) => a - b)[Math.min(lags.length, 50) >> 1] ?? Number.NaN
  }
  const encoderPid = (): number | undefined => {
    const { pid } = JSON.parse(readFileSync(path.join(sluice.dataDir, 'run', 'engine-1.pid'), 'utf8')) as { pid: number }
    return childrenOf(pid)
      .map(innermost)
      .find((one) => commandOf(one).includes('ladder-main'))
  }
  const changeVideo = (change: object): Promise<Rung> => api('PATCH', paths.rung(rung.id), { video: { ...rung.video, ...change } })

  before(async () => {
    sluice = await startSluice()
    cookie = await signUp(sluice)
    channel = await api<Channel>('POST', paths.channels, { name: 'Evening show' })
  })
  after(async () => {
    for (const encoder of encoders) await encoder.stop()
    await sluice?.stop()
    for (const sink of Object.values(sinks)) await sink.close()
  })

  test('crop, logo, audio track, gain and delay arrive as they were asked for', { timeout: 80_000 }, async (t) => {
    const png = path.join(makeFolder(t), 'logo.png')
    await runProgram(t, 'ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=white:s=64x64,format=rgba', '-frames:v', '1', png])
    const uploaded = await call('POST', `${paths.pictures}?name=Logo`, readFileSync(png), 'image/png')
    assert.equal(uploaded.status, 201, await uploaded.clone().text())
    logo = (await uploaded.json()) as Picture
    assert.deepEqual([logo.width, logo.height], [64, 64])
    const picture = { codec: 'h264', width: 180, height: 320, fps: 25, bitrateKbps: 800, gopMs: 1000, fit: 'fill', cropAt: 0 }
    rung = await api<Rung>('POST', paths.channelRungs(channel.id), {
      name: 'Phone',
      video: { ...picture, overlays: [{ pictureId: logo.id, x: 1, y: 1, width: 0.4, opacity: 0.5 }] },
      audio: { codec: 'aac', bitrateKbps: 128, track: 1, gainDb: -6 },
    })
    await add('Whole', { rung: 'source' })
    await add('Second', { rung: 'source', audioTrack: 1 })
    await add('Late', { rung: 'source', delayMs: 3000 })
    await add('Phone', { rung: rung.id })
    const [primary, backup] = ['primary', 'backup'].map((role) => channel.inputs.find((input) => input.role === role)!)
    encoders.push(runFfmpeg(encoderArgs(primary!.urls!.srt, [640, 360], [440, 1000], 'mpegts')))
    await until(
      'the primary is on the air',
      async () => (await api<Channel>('GET', paths.channel(channel.id))).source === 'primary',
      withinMs,
    )
    encoders.push(runFfmpeg(encoderArgs(`${sluice.rtmpUrl}/${backup!.streamKey}`, [320, 180], [700], 'flv')))
    await until('all are live', areLive, withinMs)
    await until('the logo is shown', async () => isNear((await coloursAt(t, 'Phone', [[0.8, 0.9]]))[0]!, [255, 128, 128]), withinMs)

    // Half of white over red, its edge, and red beside it: 0.4 of the width, in the corner at the bottom right.
    const [over, inside, beside, above] = await coloursAt(t, 'Phone', [
      [0.8, 0.9],
      [0.64, 0.81],
      [0.55, 0.9],
      [0.8, 0.74],
    ])
    for (const colour of [over!, inside!]) assert.ok(isNear(colour, [255, 128, 128], 20), `${colour}`)
    for (const colour of [beside!, above!]) assert.ok(isNear(colour, [255, 0, 0], 20), `${colour}`)

    const [whole, second, phone] = [await levelDb(t, 'Whole', 440), await levelDb(t, 'Second', 1000), await levelDb(t, 'Phone', 1000)]
    t.diagnostic(`440 Hz ${whole.toFixed(2)}, 1 kHz ${second.toFixed(2)}, with -6 dB ${phone.toFixed(2)} dB`)
    assert.ok(Math.abs(whole + 12.04) < 0.5 && Math.abs(second + 12.04) < 0.5 && Math.abs(phone + 18.04) < 0.5)
    assert.ok((await levelDb(t, 'Second', 440)) < -50 && (await levelDb(t, 'Whole', 1000)) < -50 && (await levelDb(t, 'Phone', 440)) < -50)

    t.diagnostic(`the delayed sink is ${lagMs('Late', 'Whole').toFixed(0)} ms behind`)
    assert.ok(Math.abs(lagMs('Late', 'Whole') - 3000) < 100)
    const { actual } = await output('Late')
    assert.deepEqual([actual?.state, actual?.delayMs], ['live', 3000])
    const { outputs: latencies } = await api<LatencyLedger>('GET', paths.channelLatency(channel.id))
    const late = latencies.find(({ outputId }) => outputId === outputs['Late']!.id)!
    assert.deepEqual([late.delayMs, late.queueVerdict], [3000, 'within'])
  })

  test('the crop moves while it is live, within two seconds at the sink, and the encoder stays', async (t) => {
    const before = encoderPid()
    const configs = () => got('Phone').filter(({ kind, body }) => kind === 'video' && body[1] === 0).length
    const had = configs()
    const changedMs = got('Phone').at(-1)!.atMs
    await changeVideo({ cropAt: 1 })
    await until('blue comes', async () => isNear((await coloursAt(t, 'Phone', [[0.3, 0.3]]))[0]!, [0, 0, 255]), 10_000)
    const seenMs = await firstMs(t, 'Phone', changedMs, (colour) => isNear(colour, [0, 0, 255]))
    t.diagnostic(`blue was at the sink after ${(seenMs - changedMs).toFixed(0)} ms`)
    assert.ok(seenMs - changedMs < 2000)
    assert.equal(encoderPid(), before)
    assert.equal(configs(), had, 'no new configuration')
    assert.equal(sinks['Phone']!.sessions.length, 1)
  })

  test('a killed encoder comes back with crop, logo and gain', async (t) => {
    const killed = encoderPid()!
    const before = got('Phone').length
    process.kill(killed, 'SIGKILL')
    await until(
      'another encodes',
      () => encoderPid() !== undefined && encoderPid() !== killed && got('Phone').length > before + 100,
      withinMs,
    )
    const [over, beside] = await coloursAt(t, 'Phone', [
      [0.8, 0.9],
      [0.3, 0.3],
    ])
    assert.ok(isNear(over!, [128, 128, 255]) && isNear(beside!, [0, 0, 255]), `${over} ${beside}`)
    assert.ok(Math.abs((await levelDb(t, 'Phone', 1000)) + 18.04) < 0.5)
    assert.equal(sinks['Phone']!.sessions.length, 1)
  })

  test('a backup of another size with one audio track: all stays, and what is missing is said', { timeout: 60_000 }, async (t) => {
    await encoders[0]!.stop()
    await until(
      'the backup is on the air',
      async () => (await api<Channel>('GET', paths.channel(channel.id))).source === 'backup',
      withinMs,
    )
    const mark = got('Late').length
    await until('its pictures come, late too', () => got('Late').length > mark + 250, withinMs)
    const [over, beside] = await coloursAt(t, 'Phone', [
      [0.8, 0.9],
      [0.3, 0.3],
    ])
    assert.ok(isNear(over!, [128, 128, 255]) && isNear(beside!, [0, 0, 255]), `${over} ${beside}`)
    assert.ok(Math.abs((await levelDb(t, 'Second', 700)) + 12.04) < 0.5)
    assert.ok(Math.abs((await levelDb(t, 'Phone', 700)) + 18.04) < 0.5)
    assert.ok(Math.abs(lagMs('Late', 'Whole') - 3000) < 100, `${lagMs('Late', 'Whole')}`)
    await until(
      'the missing track is said',
      async () => (await output('Second')).actual?.notices?.[0]?.code === 'AUDIO_TRACK_MISSING',
      withinMs,
    )
    // The primary with its two tracks again: the chosen one is back by itself.
    encoders.push(
      runFfmpeg(encoderArgs(channel.inputs.find(({ role }) => role === 'primary')!.urls!.srt, [640, 360], [440, 1000], 'mpegts')),
    )
    const isBack = async (): Promise<boolean> => {
      // Refused until it receives, and once it is on the air.
      await call('POST', paths.channelSource(channel.id), JSON.stringify({ take: 'primary' }))
      return (await api<Channel>('GET', paths.channel(channel.id))).source === 'primary'
    }
    await until('the primary is back', isBack, withinMs)
    const back = got('Second').length
    await until('its sound comes', () => got('Second').length > back + 200, withinMs)
    assert.ok(Math.abs((await levelDb(t, 'Second', 1000)) + 12.04) < 0.5 && Math.abs((await levelDb(t, 'Phone', 1000)) + 18.04) < 0.5)
    assert.equal((await output('Second')).actual?.notices, undefined)
    for (const [name, sink] of Object.entries(sinks)) assert.equal(sink.sessions.length, 1, `${name} kept its session`)
  })

  test('the delay is raised and lowered live, and what is left of it is sent when the show ends', { timeout: 60_000 }, async (t) => {
    const { id } = outputs['Late']!
    await api('PATCH', paths.output(id), { delayMs: 5000 })
    await until('it is 5 s behind', () => Math.abs(lagMs('Late', 'Whole') - 5000) < 100, withinMs)
    await api('PATCH', paths.output(id), { delayMs: 2000 })
    await until('it is 2 s behind', () => Math.abs(lagMs('Late', 'Whole') - 2000) < 100, withinMs)
    const stamps = got('Late').flatMap(({ kind, timestampMs }) => (kind === 'video' ? [timestampMs] : []))
    assert.ok(
      stamps.every((stamp, i) => i === 0 || stamp >= stamps[i - 1]!),
      'time never steps back',
    )
    assert.equal(sinks['Late']!.sessions.length, 1)
    for (const encoder of encoders) await encoder.stop()
    await api('POST', paths.broadcastEnd(channel.id))
    await until('both have ended', () => ['Whole', 'Late'].every((name) => sinks[name]!.sessions[0]!.ended !== null), withinMs)
    const last = (name: string): number => got(name).findLast(({ kind }) => kind === 'video')!.timestampMs
    assert.equal(last('Late'), last('Whole'), 'the delayed output got the end of the show')
    t.diagnostic(`it ended ${(got('Late').at(-1)!.atMs - got('Whole').at(-1)!.atMs).toFixed(0)} ms later`)
  })
})
