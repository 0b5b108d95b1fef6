// budget: 45 s, two rounds over a line with 600 ms round trip, each as long as the advice looks before it speaks; lane: shared, it checks facts
import assert from 'node:assert/strict'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Channel, type ChannelStats, type Output, paths } from '@sluice/contract/api'
import { sendBeeps } from './srt/beeps.ts'
import type { Child } from './srt/child.ts'
import { type LossyUdp, openLossyUdp } from './srt/lossy-udp.ts'
import { type Sluice, startSluice } from './srt/sluice.ts'
import { makeFolder } from './support/folder.ts'
import { freePort } from './support/free-port.ts'
import { packetsOf } from './support/packets.ts'
import { type Program, startProgram } from './support/program.ts'
import { missing } from './support/tools.ts'

/** A satellite: 300 ms each way, and each way loses one packet of fifty. */
const satellite = { delayMs: 300, lossRatio: 0.02 }
const roundTripMs = 2 * satellite.delayMs
const tooShortMs = 500
/** Frames of the source are this far apart. */
const frameMs = 1000 / 30

type Side = ChannelStats['inputs'][number] | ChannelStats['outputs'][number]

/** A far end that libsrt receives for, behind the bad line; `file` is what it got. */
async function startFarEnd(t: TestContext, file: string): Promise<{ line: LossyUdp; program: Program }> {
  const port = await freePort()
  const command = `exec srt-live-transmit -a no 'srt://127.0.0.1:${port}?mode=listener' file://con > '${file}'`
  const line = await openLossyUdp(port, satellite)
  t.after(() => line.close())
  return { line, program: startProgram(t, 'sh', ['-c', command]) }
}

// ffmpeg -- SRT over the satellite --> channel -- SRT over the satellite --> srt-live-transmit
test('over a satellite the advice names the latency to set, in and out, and with that latency everything arrives [ING-15] [LAT-11]', {
  skip: missing('ffmpeg', 'srt-live-transmit'),
}, async (t) => {
  const folder = makeFolder(t)
  const sluice = await startSluice()
  t.after(() => sluice.stop())
  const lineIn = await openLossyUdp(sluice.srtPort, satellite)
  t.after(() => lineIn.close())
  const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Show' })
  const input = channel.inputs.find(({ role }) => role === 'primary')!
  const publish = (): Child => {
    const encoder = sendBeeps(`srt://127.0.0.1:${lineIn.port}?streamid=publish:${input.streamKey}&pkt_size=1316`, 'mpegts')
    t.after(() => encoder.stop())
    return encoder
  }
  await sluice.api('PATCH', `/inputs/${input.id}`, { srt: { latencyMs: tooShortMs } })

  const short = await startFarEnd(t, path.join(folder, 'short.ts'))
  const address = (line: LossyUdp, latencyMs: number): string => `srt://127.0.0.1:${line.port}?latency=${latencyMs}`
  const output = await sluice.api<Output>('POST', `/channels/${channel.id}/outputs`, { name: 'far', url: address(short.line, tooShortMs) })
  const encoder = publish()
  const before = await advised(sluice, channel.id, tooShortMs, 'headroom')
  for (const [name, { lineAdvice, verdicts }] of Object.entries(before)) {
    t.diagnostic(`${name}: ${lineAdvice?.sentence}`)
    assert.match(lineAdvice?.sentence ?? '', /^loss \d\.\d % with RTT \d+ ms: latency 500 ms can't recover it, set \d+$/, name)
    const headroom = verdicts?.find(({ code }) => code === 'headroom')
    assert.equal(headroom?.level, 'warn', `${name} warns of no headroom: ${JSON.stringify(verdicts)}`)
    assert.match(
      headroom?.tryFirst ?? '',
      name === 'input' ? /^Set the SRT latency of the input to [23]\d\d0 ms/ : /^Set latency=[23]\d\d0 in/,
    )
  }
  assert.ok((before.input.line?.droppedTotal ?? 0) > 0, 'half a second is too short for this line')

  const set = { input: before.input.lineAdvice?.suggestedLatencyMs ?? 0, output: before.output.lineAdvice?.suggestedLatencyMs ?? 0 }
  for (const latencyMs of Object.values(set)) assert.ok(latencyMs >= 4 * roundTripMs && latencyMs <= 6 * roundTripMs, `${latencyMs} ms`)
  await encoder.stop('SIGTERM')
  await sluice.api('POST', `/outputs/${output.id}/stop`)
  const file = path.join(folder, 'far.ts')
  const far = await startFarEnd(t, file)
  await sluice.api('PATCH', `/outputs/${output.id}`, { url: address(far.line, set.output) })
  await sluice.api('PATCH', `/inputs/${input.id}`, { srt: { latencyMs: set.input } })
  await sluice.until(
    'free input',
    () => sluice.api<Channel>('GET', apart(paths.channel(channel.id))),
    ({ inputs }) => inputs.every(({ actual }) => actual?.state === 'waiting'),
  )
  publish()
  // The output begins with the encoder: from the slate before it to its first frame the step is not the encoder's.
  await sluice.until(
    'the encoder is on air',
    () => sluice.api<Channel>('GET', apart(paths.channel(channel.id))),
    ({ inputs }) => inputs.some(({ id, actual }) => id === input.id && actual?.onAir === true),
  )
  await sluice.api('POST', `/outputs/${output.id}/start`)
  const after = await advised(sluice, channel.id, Math.min(set.input, set.output))
  for (const [name, { line, lineAdvice, verdicts }] of Object.entries(after)) {
    t.diagnostic(`${name}: ${lineAdvice?.sentence}; ${line?.lostTotal} of ${line?.packetsTotal} packets lost on the way`)
    assert.match(lineAdvice?.sentence ?? '', /: all recovered, latency [23]\d\d0 ms is right$/, name)
    assert.equal(lineAdvice?.suggestedLatencyMs, null)
    assert.equal(line?.droppedTotal, 0, `${name}: nothing is lost for good`)
    assert.ok((line?.lostTotal ?? 0) > 0, `${name}: the line loses`)
    assert.equal(
      verdicts?.find(({ code }) => code === 'headroom' || code === 'drop'),
      undefined,
      name,
    )
  }
  await far.program.end('SIGINT')
  const frames = await packetsOf(t, file, 'video')
  assert.ok(frames.length >= 200, `${frames.length} frames at the far end`)
  // What the far end still held for its latency went with it, in mid-frame.
  const steps = frames.slice(1, -1).map(({ dtsMs }, i) => dtsMs - frames[i]!.dtsMs)
  const gaps = steps.filter((ms) => Math.abs(ms - frameMs) > frameMs / 2)
  assert.deepEqual(gaps, [], 'every frame of the encoder is at the far end')
})

/**
 * The figures of input and output once both lines, of at least `latencyMs`, have their advice and verdicts of a round trip that was measured ten
 * times. `needs`: a verdict to wait for on both, which the judge of another process may give a second later.
 */
async function advised(sluice: Sluice, channelId: string, latencyMs: number, needs?: string): Promise<{ input: Side; output: Side }> {
  const isSettled = ({ line, lineAdvice, verdicts }: Side): boolean =>
    line !== null &&
    line.latencyMs >= latencyMs &&
    line.ageMs > 12_500 &&
    lineAdvice !== undefined &&
    verdicts !== undefined &&
    (needs === undefined || verdicts.some(({ code }) => code === needs))
  const stats = await sluice.until(
    'advice on both lines',
    () => sluice.api<ChannelStats>('GET', apart(paths.channelStats(channelId))),
    ({ inputs, outputs }) => inputs.some(isSettled) && outputs.every(isSettled),
  )
  return { input: stats.inputs.find(isSettled)!, output: stats.outputs[0]! }
}

const apart = (route: string): string => route.slice('/api/v1'.length)
