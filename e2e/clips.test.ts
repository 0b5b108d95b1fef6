// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Channel, Clip, Output } from '@sluice/contract/api'
import { flvOfMessages, openRtmpSink, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { makeBeepClip, sendClip, soundOffsetsMs } from './failover/beep-clip.ts'
import { startSluice } from './srt/sluice.ts'
import { makeFolder } from './support/folder.ts'
import { decodeProblems } from './support/packets.ts'
import { runProgram } from './support/program.ts'
import { stepsBack } from './support/sink-frames.ts'
import { missing, missingCodecs } from './support/tools.ts'
import { sleep } from './support/wait.ts'

const skip = missing('ffmpeg') || missingCodecs()

/** Sizes of the pictures in a recording, in order of their first. */
async function sizesIn(t: TestContext, file: string): Promise<string[]> {
  const said = await runProgram(t, 'ffprobe', [
    ...['-v', 'quiet', '-select_streams', 'v', '-show_entries', 'frame=width,height', '-of', 'csv=p=0', file],
  ])
  return [...new Set(said.match(/\d+,\d+/g))]
}

/** What a decoder finds wrong. ffmpeg's parser of FLV reads slice headers by the first parameter sets of a file, its decoder by the newest. */
const decoderProblems = async (t: TestContext, file: string): Promise<string[]> => {
  const said = (await decodeProblems(t, file)).split('\n')
  return said.filter((line) => !/^\[NULL @ |Last message repeated/.test(line) && line !== '')
}

/** Longest distance between two messages of one kind, milliseconds. */
function longestGapMs(session: SinkSession, kind: 'audio' | 'video', fromMs: number): number {
  const times = session.messages.filter((message) => message.kind === kind).map(({ timestampMs }) => timestampMs)
  return Math.max(...times.slice(1).flatMap((time, i) => (times[i]! < fromMs ? [] : [time - times[i]!])))
}

/** The conversion child among the descendants of this process; null when none runs. */
function conversionChild(): number | null {
  const stat = (pid: string): { parent: number } | null => {
    try {
      return { parent: Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]) }
    } catch {
      return null
    }
  }
  const isMine = (pid: number): boolean => pid === process.pid || (pid > 1 && isMine(stat(String(pid))?.parent ?? 0))
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('convert-main') && isMine(Number(pid))) return Number(pid)
    } catch {
      // It ended while we looked.
    }
  }
  return null
}

test('a slate with the name of the channel, and a looped clip as backup, keep a destination on one session [FAI-13] [FAI-01]', {
  skip,
}, async (t) => {
  const sluice = await startSluice()
  t.after(() => sluice.stop())
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const media = await makeBeepClip(t, 60)
  const channelOf = (id: string) => (): Promise<Channel> => sluice.api('GET', `/channels/${id}`)

  const { id, inputs } = await sluice.api<Channel>('POST', '/channels', { name: 'Morning Show · 朝のニュース' })
  const channel = channelOf(id)
  const [primaryInput, backupInput] = inputs
  const output = await sluice.api<Output>('POST', `/channels/${id}/outputs`, { name: 'o', url: sink.url, streamKey: 'out', class: 'B' })
  const publish = () => sendClip(t, media, `rtmp://127.0.0.1:${sluice.rtmpPort}/live/${primaryInput!.streamKey}`)
  let primary = publish()

  // A child that dies in the middle is the failure of its clip, while the channel is on the air.
  const bytes = new Uint8Array(readFileSync(media))
  const lost = await sluice.upload<Clip>('/clips?name=Lost', 'video/x-flv', bytes)
  const pid = await sluice.until(
    'a conversion',
    async () => conversionChild(),
    (found) => found !== null,
  )
  process.kill(pid!, 'SIGKILL')
  const clipOf = (clipId: string) => (): Promise<Clip> => sluice.api('GET', `/clips/${clipId}`)
  const failed = await sluice.until('its failure', clipOf(lost.id), ({ state }) => state === 'failed')
  assert.deepEqual(failed.problem, { code: 'CLIP_CONVERT_CRASHED', message: 'The conversion ended by SIGKILL.' })
  await sluice.api('DELETE', `/clips/${lost.id}`)

  const short = path.join(makeFolder(t), 'short.mp4')
  await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=2'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=500:sample_rate=44100:duration=2', '-pix_fmt', 'yuv420p', short],
  ])
  const clip = await sluice.upload<Clip>('/clips?name=Short', 'video/mp4', new Uint8Array(readFileSync(short)))
  const ready = await sluice.until('the clip', clipOf(clip.id), ({ state }) => state === 'ready')
  assert.deepEqual([ready.width, ready.height, ready.fps, ready.hasAudio], [640, 360, 25, true])

  await sluice.until('the prepared slate', channel, ({ slate }) => slate.now === 'chosen')
  await sluice.until(
    'the output',
    () => sluice.api<Output>('GET', `/outputs/${output.id}`),
    ({ actual }) => actual?.state === 'live',
  )
  await primary.end('SIGKILL')
  await sluice.until('the slate', channel, ({ source }) => source === 'slate')
  const slateFrom = sink.sessions[0]!.messages.at(-1)!.timestampMs
  await sleep(6000)
  const slateTo = sink.sessions[0]!.messages.at(-1)!.timestampMs
  assert.ok(slateTo - slateFrom > 5000, `${slateTo - slateFrom} ms of slate`)

  primary = publish()
  await sluice.until('the primary', channel, ({ source }) => source === 'primary')
  await sluice.api('PATCH', `/inputs/${backupInput!.id}`, { clip: clip.id })
  const backup = (seen: Channel) => seen.inputs[1]!.actual
  const playing = await sluice.until('the clip on the backup', channel, (seen) => backup(seen)?.state === 'receiving')
  assert.deepEqual([backup(playing)?.protocol, backup(playing)?.video?.width], ['file', 640])
  await sleep(1000)
  await primary.end('SIGKILL')
  await sluice.until('the backup', channel, ({ source }) => source === 'backup')
  await sleep(5000)

  assert.equal(sink.sessions.length, 1, 'the output kept its one connection')
  const [session] = sink.sessions
  assert.deepEqual(stepsBack(session!), [])
  const inSlate = session!.messages.filter(({ timestampMs }) => timestampMs > slateFrom && timestampMs < slateTo)
  assert.ok(inSlate.filter(({ kind }) => kind === 'video').length > 100, 'the slate has the rate of the programme')
  assert.ok(longestGapMs(session!, 'audio', 0) < 3500, `audio stood still for ${longestGapMs(session!, 'audio', 0)} ms`)
  const file = path.join(makeFolder(t), 'recorded.flv')
  writeFileSync(file, flvOfMessages(session!.messages))
  assert.deepEqual(await sizesIn(t, file), ['320,180', '640,360'])
  assert.deepEqual(await decoderProblems(t, file), [])
  const offsetsMs = await soundOffsetsMs(t, file)
  assert.ok(offsetsMs.length > 0 && offsetsMs.every((offset) => Math.abs(offset) < 60), `${offsetsMs.join(' ')} ms`)
  t.diagnostic(`sound against picture: ${offsetsMs.map(Math.round).join(' ')} ms; slate ${slateFrom}..${slateTo}`)
})
