import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage } from '@sluice/protocols/rtmp'
import { openSrtCaller } from '@sluice/protocols/srt'
import { bytesFrom, mutationsOf, type SeededRandom } from '@sluice/testkit/random'
import { fps, makeNumberedFrame, numberedTrack } from '../../shows/numbered-frames.ts'
import { addressOf, type Deed, type Place, pick, rest } from './place.ts'

const form = { enhanced: false } as const
const frameMs = 1000 / fps

type Call = { readonly key: string; readonly isSecure?: boolean; readonly encoder?: string }

/** A publisher that was let in, or null. */
function openPublisher(place: Place, random: SeededRandom, call: Call): Promise<RtmpPublisher | null> {
  const { ports } = place
  const url = call.isSecure ? `rtmps://127.0.0.1:${ports.rtmps}/live` : `rtmp://127.0.0.1:${ports.rtmp}/live`
  return new Promise((resolve) => {
    openRtmpPublisher({
      url,
      streamKey: call.key,
      clock: systemClock,
      log: silentLogger,
      localAddress: addressOf(random),
      tls: { verify: false },
      ...(call.encoder === undefined ? {} : { extras: { flashVer: call.encoder } }),
      handler: { onReady: resolve, onClose: () => resolve(null) },
    })
  })
}

type SendPlan = { readonly seconds: number; readonly bytes: number; readonly isStill?: boolean }

/** Sends video in real time; `isStill`: all of it at the same time. */
async function send(publisher: RtmpPublisher, plan: SendPlan, signal: AbortSignal): Promise<void> {
  const write = (ms: number, parts: Uint8Array[]): void => publisher.write(writeMediaMessage('video', ms, publisher.messageStreamId, parts))
  write(0, [flvConfigBody(numberedTrack, form)!])
  for (let i = 0; i < plan.seconds * fps && !signal.aborted; i++) {
    const frame = makeNumberedFrame(i, plan.bytes, systemClock.nowMs(), plan.isStill ? 0 : undefined)
    write(plan.isStill ? 0 : Math.round(i * frameMs), [flvFrameHeader(frame, form)!, frame.bytes])
    await rest(frameMs, signal)
  }
}

async function publish(place: Place, random: SeededRandom, signal: AbortSignal, call: Omit<Call, 'key'>, plan: SendPlan): Promise<void> {
  const publisher = await openPublisher(place, random, { ...call, key: pick(random, place.channels).key })
  if (publisher === null) return
  await send(publisher, plan, signal)
  publisher.close()
}

const wrongKey: Deed = async (place, random) => {
  const encoder = 'x'.repeat(pick(random, [10, 300, 60_000]))
  const publisher = await openPublisher(place, random, { key: `wrong-${random.int(0, 1e9)}`, isSecure: random.int(0, 1) === 1, encoder })
  publisher?.close()
}

/** Says it publishes, and then nothing more; or stops in the middle. */
const hangs: Deed = async (place, random, signal) => {
  const publisher = await openPublisher(place, random, { key: pick(random, place.channels).key })
  if (publisher === null) return
  await send(publisher, { seconds: random.int(0, 2), bytes: 3000 }, signal)
  await rest(random.int(2000, 9000), signal)
  publisher.close()
}

/** Media messages that are broken in many ways, by a publisher that was let in. */
const fuzzedBodies: Deed = async (place, random, signal) => {
  const publisher = await openPublisher(place, random, { key: pick(random, place.channels).key })
  if (publisher === null) return
  const frame = makeNumberedFrame(0, 400, 0)
  const goods = [flvConfigBody(numberedTrack, form)!, Buffer.concat([flvFrameHeader(frame, form)!, frame.bytes]), bytesFrom(1, 200)]
  let ms = 0
  for (const body of mutationsOf(random.int(1, 1e9), random.int(50, 300), goods as Uint8Array[])) {
    if (signal.aborted) break
    publisher.write(writeMediaMessage(pick(random, ['audio', 'video', 'data'] as const), ms++, publisher.messageStreamId, [body]))
    if (ms % 20 === 0) await rest(50, signal)
  }
  publisher.close()
}

/** A real ffmpeg, which is killed at the end; some are stopped for a while before that. */
const killedEncoder: Deed = async (place, random, signal) => {
  if (place.clip === null) return
  const { key } = pick(random, place.channels)
  const isSrt = random.int(0, 1) === 1
  const srtUrl = `srt://127.0.0.1:${place.ports.srt}?streamid=publish:${key}&pkt_size=1316`
  const to = isSrt ? ['-f', 'mpegts', srtUrl] : ['-f', 'flv', `rtmp://127.0.0.1:${place.ports.rtmp}/live/${key}`]
  const args = ['-loglevel', 'quiet', '-re', '-stream_loop', '-1', '-i', place.clip, '-c', 'copy', ...to]
  const child = spawn('ffmpeg', args, { stdio: 'ignore' })
  child.on('error', () => {})
  await rest(random.int(1000, 5000), signal)
  if (random.int(0, 2) === 0) {
    child.kill('SIGSTOP')
    await rest(random.int(1000, 6000), signal)
  }
  child.kill('SIGKILL')
}

const srtStranger: Deed = async (place, random, signal) => {
  await new Promise<void>((resolve) => {
    const caller = openSrtCaller({
      host: '127.0.0.1',
      port: place.ports.srt,
      streamId: pick(random, [`publish:wrong-${random.int(0, 1e9)}`, '#!::r=,m=publish', '', `read:${random.int(0, 1e9)}`]),
      ...(random.int(0, 1) === 1 ? { passphrase: 'not-the-right-one' } : {}),
      mode: 'send',
      connectTimeoutMs: 1500,
      clock: systemClock,
      log: silentLogger,
      handler: { onReady: () => void rest(500, signal).then(() => caller.abort()), onClose: () => resolve() },
    })
  })
}

const srtNoise: Deed = async (place, random, signal) => {
  const socket = createSocket('udp4').on('error', () => {})
  for (let i = 0; i < 200 && !signal.aborted; i++) {
    socket.send(random.bytes(random.int(1, 200)), place.ports.srt, '127.0.0.1')
    if (i % 20 === 0) await rest(10, signal)
  }
  socket.close()
}

export const publishers: Readonly<Record<string, Deed>> = {
  'publishes over RTMP': (place, random, signal) => publish(place, random, signal, {}, { seconds: random.int(1, 5), bytes: 4000 }),
  'publishes over RTMPS': (place, random, signal) =>
    publish(place, random, signal, { isSecure: true }, { seconds: random.int(1, 4), bytes: 4000 }),
  'publishes with all timestamps equal': (place, random, signal) =>
    publish(place, random, signal, {}, { seconds: random.int(2, 5), bytes: 20_000, isStill: true }),
  'publishes far over the bitrate limit': (place, random, signal) =>
    publish(place, random, signal, {}, { seconds: random.int(1, 3), bytes: 200_000 }),
  'publishes with a wrong key and a long name': wrongKey,
  'publishes and hangs': hangs,
  'publishes broken bodies': fuzzedBodies,
  'an encoder is killed': killedEncoder,
  'calls over SRT with a wrong stream id': srtStranger,
  'sends noise to the SRT port': srtNoise,
}
