// budget: 60 s: every rule is broken at once, each by a proxy of its own
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { writeGlassStamp } from '@sluice/codecs/h264'
import { writeNalUnits } from '@sluice/codecs/nal'
import type { ProbeFaultCode } from '@sluice/contract/prober'
import { hashKey, makeChannelSpec, playIdOf, previewIdOf } from '@sluice/testkit/engine-link'
import { startBreakingProxy } from './probes/breaking-proxy.ts'
import { brokenManifests, brokenRules } from './probes/broken-rules.ts'
import { startProber } from './probes/prober-process.ts'
import { type ClipTag, makeClip, readTags, repeatClip } from './support/clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { runProgram } from './support/program.ts'
import { publishClip, publishTags } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'

/** A black picture with grain of none and no sound; or the same picture for ever, with a tone. */
async function makeStandingClip(t: TestContext, what: 'black' | 'still'): Promise<string> {
  const file = path.join(makeFolder(t), `${what}.flv`)
  const picture = what === 'black' ? 'color=black:size=320x180:rate=25' : "testsrc2=size=320x180:rate=25,select='eq(n,0)',loop=-1:1,fps=25"
  const sound = what === 'black' ? 'anullsrc=r=48000:cl=stereo' : 'sine=frequency=440:sample_rate=48000'
  await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', '8', '-c:v', 'libx264'],
    ...['-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50', '-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-f', 'flv', file],
  ])
  return file
}

/** A key picture of H.264 with the time in it, as the demo's source has. */
const stamped = ({ kind, body }: ClipTag): Partial<ClipTag> =>
  kind === 'video' && body[0] === 0x17 && body[1] === 1
    ? { body: Buffer.concat([body.subarray(0, 5), writeNalUnits([writeGlassStamp(Date.now())]), body.subarray(5)]) }
    : {}

const playToken = 'play-token-of-the-show'
const baseUrl = (engine: EngineProcess, channelId: string): string =>
  `http://127.0.0.1:${engine.viewers!.port}/${playIdOf(channelId)}/~${previewIdOf(channelId)}/`

test('a prober finds every rule that is broken on the way to viewers, and nothing where none is [PRB-01] [OBS-05]', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  const clips = await Promise.all([makeClip(t, { seconds: 20, gopFrames: 50 }), makeStandingClip(t, 'black'), makeStandingClip(t, 'still')])
  for (const [i, channelId] of ['show', 'black', 'still'].entries()) {
    engine.control.carry(
      makeChannelSpec({ channelId, key: `k-${channelId}`, playTokenHashes: channelId === 'show' ? [hashKey(playToken)] : [] }),
    )
    publishClip(t, clips[i]!, engine.publishUrl(`k-${channelId}`))
  }
  const ready = (channelId: string): boolean => engine.control.actual(channelId)?.hlsReady === true
  await until('all channels play', () => ['show', 'black', 'still'].every(ready), 20_000)
  // A source that says in each key picture when it was sent.
  engine.control.carry(makeChannelSpec({ channelId: 'glass', key: 'k-glass' }))
  const stamping = await publishTags(t, engine.ports.rtmp, 'k-glass')
  let isOver = false
  t.after(() => {
    isOver = true
  })
  const sent = stamping.send(readTags(repeatClip(t, clips[0]!, 90_000)), (tag) => {
    if (isOver) throw new Error('the test is over')
    return stamped(tag)
  })
  sent.catch(() => {})
  const prober = startProber(t)
  const rules = Object.entries(brokenRules) as [ProbeFaultCode, NonNullable<(typeof brokenRules)[ProbeFaultCode]>][]
  const proxies = await Promise.all(
    rules.map(async ([code, make]) => ({ code: code as string, proxy: await startBreakingProxy(t, baseUrl(engine, 'show'), make()) })),
  )
  const manifests = Object.entries(brokenManifests) as [ProbeFaultCode, NonNullable<(typeof brokenManifests)[ProbeFaultCode]>][]
  for (const [code, make] of manifests)
    proxies.push({ code: `dash ${code}`, proxy: await startBreakingProxy(t, baseUrl(engine, 'show'), make()) })
  const playback = () => engine.control.stats?.channels.find(({ channelId }) => channelId === 'show')?.playback ?? null
  await until('the engine says what is in force', () => playback()?.buffer !== undefined)
  const buffer = playback()!.buffer!
  const target = (channelId: string, url: string) => ({ channelId, baseUrl: url, buffer })
  const stuck = await startBreakingProxy(t, baseUrl(engine, 'show'), brokenRules.stalled!())
  stuck.begin()
  // What platforms are to Sluice: addresses where an output can be played.
  const addresses = {
    hls: `${baseUrl(engine, 'show')}plain.m3u8`,
    entry: `${baseUrl(engine, 'show')}index.m3u8`,
    gone: `${baseUrl(engine, 'show')}gone.m3u8`,
    stuck: `${stuck.baseUrl}plain.m3u8`,
    rtmp: `rtmp://127.0.0.1:${engine.ports.rtmp}/live/${playToken}`,
    nobody: 'http://127.0.0.1:1/live.m3u8',
  }
  const outputs = Object.entries(addresses).map(([outputId, url]) => ({ outputId, channelId: 'show', url }))
  prober.setTargets(
    [
      ...['show', 'black', 'still', 'glass'].map((channelId) => target(channelId, baseUrl(engine, channelId))),
      { ...target('policy-differs', baseUrl(engine, 'show')), buffer: { ...buffer, plainHoldBackMs: 9000 } },
      ...proxies.map(({ code, proxy }) => target(code, proxy.baseUrl)),
    ],
    outputs,
  )
  const codesOf = (channelId: string): ProbeFaultCode[] => [
    ...new Set(prober.looks(channelId).flatMap(({ faults }) => faults.map(({ code }) => code))),
  ]
  await until(
    'all are played',
    () => proxies.every(({ code }) => prober.looks(code).filter(({ isPlaying }) => isPlaying).length >= 4),
    20_000,
  )
  const early = proxies.map(({ code }) => [code, codesOf(code)] as const).filter(([, codes]) => codes.length > 0)
  assert.deepEqual(early, [], 'nothing is wrong before it is broken')
  for (const { proxy } of proxies) proxy.begin()
  const wanted: [string, ProbeFaultCode][] = [
    ...rules.map(([code]): [string, ProbeFaultCode] => [code, code]),
    ...manifests.map(([code]): [string, ProbeFaultCode] => [`dash ${code}`, code]),
    ['policy-differs', 'policy-differs'],
    ['black', 'picture-black'],
    ['black', 'sound-silent'],
    ['still', 'picture-frozen'],
  ]
  const twice = ([channelId, code]: [string, ProbeFaultCode]): boolean =>
    prober
      .looks(channelId)
      .filter(({ format, faults }) => (format === 'dash') === channelId.startsWith('dash') && faults.some((fault) => fault.code === code))
      .length >= 2
  await until('all are found', () => wanted.every(twice), 25_000).catch(() => {})
  for (const [channelId] of wanted) t.diagnostic(`${channelId}: ${codesOf(channelId).join(', ')}`)
  t.diagnostic(JSON.stringify(prober.beats().at(-1)))
  assert.deepEqual(
    wanted.filter((one) => !twice(one)),
    [],
  )
  const far = (outputId: string) =>
    prober
      .outputLooks(outputId)
      .slice(-1)
      .map(({ seen, fault }) => (seen ? 'seen' : fault?.code))[0]
  assert.deepEqual(Object.fromEntries(Object.keys(addresses).map((outputId) => [outputId, far(outputId)])), {
    ...{ hls: 'seen', entry: 'seen', gone: 'error-answer', stuck: 'not-moving', rtmp: 'seen', nobody: 'no-answer' },
  })
  const behindMs = prober.outputLooks('hls').at(-1)?.behindMs
  assert.ok(behindMs != null && behindMs < 6000, `${behindMs} ms behind`)
  assert.deepEqual(codesOf('show'), [], 'the address itself is sound')
  const seen = prober
    .looks('show')
    .filter(({ format }) => format === 'll-hls')
    .at(-1)
  t.diagnostic(`show: ${JSON.stringify(prober.looks('show').slice(-2))}`)
  assert.ok(seen?.latencyMs != null && seen.latencyMs > 1500 && seen.latencyMs < 4000, `${seen?.latencyMs} ms behind`)
  const stampedLook = prober.looks('glass').findLast(({ format, glassMs }) => format === 'll-hls' && glassMs !== null)
  t.diagnostic(`glass: ${JSON.stringify(stampedLook)}`)
  assert.ok(stampedLook?.glassMs != null && stampedLook.glassMs > 1000 && stampedLook.glassMs < 5000, `${stampedLook?.glassMs} ms`)
  assert.equal(playback()?.viewers, 0, 'a probe is no viewer')
})
