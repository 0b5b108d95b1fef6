// budget: 60 s: ten sources are encoded, decoded, encoded again and decoded
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equalBytes } from '@sluice/base/bytes'
import type { Frame, VideoTrack } from '@sluice/codecs/frame'
import { readAvcConfig } from '@sluice/codecs/h264'
import { loadAv } from '../av/av.ts'
import { brightBox, decodeLuma, encode, hasFfmpeg, run, shift, withFlv, writeFlv, x264 } from './testing/ffmpeg.ts'
import { LadderProcess, ladderOf } from './testing/ladder-process.ts'
import { rungs, video } from './testing/rungs.ts'

const av = await loadAv()
const skip = !hasFfmpeg ? 'ffmpeg is not installed (apt install ffmpeg)' : typeof av === 'string' ? av : false

const keyTimes = (frames: readonly Frame[]): number[] => frames.filter(({ isKey }) => isKey).map(({ dts }) => dts)
function assertRising(frames: readonly Frame[]): void {
  for (let i = 1; i < frames.length; i++)
    assert.ok(frames[i]!.dts > frames[i - 1]!.dts, `dts ${frames[i]!.dts} after ${frames[i - 1]!.dts}`)
}

test('rungs are exact: size, frame rate, GOP, key frames at equal times, bitrate [TRN-02]', { skip }, async (t) => {
  const noise = ['-f', 'lavfi', '-i', 'testsrc2=s=480x270:r=30:d=10,noise=alls=60:allf=t']
  const wishes = rungs(
    { video: video({ width: 426, height: 240, bitrateKbps: 700 }) },
    { video: video({ width: 256, height: 144, bitrateKbps: 250 }) },
    { video: video({ width: 256, height: 144, fps: { num: 15, den: 1 }, bitrateKbps: 150 }) },
  )
  const ladder = await ladderOf(t, wishes, encode([...noise, ...x264(['-b:v', '4M'])]))
  const keys = [0, 180_000, 360_000, 540_000, 720_000]
  for (const { slot, rung } of wishes) {
    const { width, height, fps, bitrateKbps } = rung.video!
    const { tracks, video: frames } = ladder.rung(slot)
    assert.equal(tracks.length, 1)
    const track = tracks[0] as VideoTrack
    assert.deepEqual([track.width, track.height, track.fps], [width, height, fps.num])
    assert.equal(frames.length, 10 * fps.num)
    assertRising(frames)
    assert.deepEqual(keyTimes(frames), keys)
    const settled = frames.filter(({ dts }) => dts >= 360_000)
    const kbps = (settled.reduce((sum, { bytes }) => sum + bytes.length, 0) * 8) / 6000
    assert.ok(kbps > bitrateKbps * 0.9 && kbps < bitrateKbps * 1.05, `${kbps.toFixed(0)} of ${bitrateKbps} kbps`)
  }
  const probed = withFlv(ladder.rung(101).video, (file) =>
    run('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=profile,width,height,r_frame_rate,has_b_frames,color_space,color_range',
      '-of',
      'csv=p=0',
      file,
    ]),
  )
  assert.equal(probed.toString().trim(), 'High,426,240,0,tv,bt709,30/1')
})

test('sources of other sizes and rates take turns: parameters never change, and every GOP is exact [FAI-10]', { skip }, async (t) => {
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  ladder.spec(rungs({ video: video({ gopMs: 1000, preset: 'ultrafast' }) }))
  const sizes = ['320x180', '640x360', '180x320', '426x240']
  const sources = sizes.map((size, i) =>
    encode(['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${[30, 50, 25, '30000/1001'][i]}:d=1`, ...x264()]),
  )
  for (let turn = 0; turn < 9; turn++) {
    // Phases that are none of the grid's.
    const at = turn * 90_000 + turn * 711
    ladder.source(turn + 1, at)
    await ladder.feed(turn + 1, shift(sources[turn % 4]!, at))
    ladder.end(turn + 1)
  }
  assert.equal(await ladder.finish(), 0)
  const { tracks, video: frames } = ladder.rung(101)
  assert.equal(tracks.length, 1, 'one set of parameters')
  for (const [i, frame] of frames.entries()) assert.equal(frame.dts, frames[0]!.dts + i * 3000)
  assert.deepEqual([...new Set(keyTimes(frames).map((dts) => dts % 90_000))], [0])
  assert.ok(frames.length >= 268, `${frames.length} frames`)
})

test('parameter sets are the same in every preset, with any bitrate', { skip }, async (t) => {
  const frames = encode(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=0.2', ...x264()])
  const wishes = rungs(
    ...(['ultrafast', 'superfast', 'veryfast', 'faster'] as const).map((preset, i) => ({
      video: video({ preset, bitrateKbps: 300 * (i + 1) }),
    })),
  )
  const ladder = await ladderOf(t, wishes, frames)
  const configs = wishes.map(({ slot }) => ladder.rung(slot).tracks[0]!.config)
  assert.equal(readAvcConfig(configs[0]!).sps.length, 1)
  for (const config of configs) assert.ok(equalBytes(config, configs[0]!))
})

/** A white box of 60 x 60 as it is shown, in the middle of black. */
const box = (w: number, h: number, rate: number, boxW = 60, boxH = 60): string =>
  `color=black:s=${w}x${h}:r=${rate}:d=0.6,drawbox=x=(iw-${boxW})/2:y=(ih-${boxH})/2:w=${boxW}:h=${boxH}:color=white:t=fill`
const hdr = 'log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:keyint=30'
const hdrFlags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc']
const inputs: { name: string; graph: string; flags: string[]; box: number[]; to?: Partial<Parameters<typeof video>[0]> }[] = [
  {
    name: '1080i50 in small, shown as 16:9',
    graph: `${box(720, 576, 50, 42, 60)},interlace,setsar=64/45`,
    flags: x264(['-flags', '+ilme+ildct']),
    box: [151, 81, 19, 19],
  },
  { name: '4:3 with bars', graph: box(320, 240, 30), flags: x264(), box: [138, 68, 45, 45] },
  { name: 'a portrait phone', graph: box(180, 320, 30), flags: x264(), box: [143, 73, 34, 34] },
  {
    name: 'odd sizes',
    graph: `${box(322, 182, 30)},crop=321:181:0:0:exact=1`,
    flags: x264(['-pix_fmt', 'yuv444p']),
    box: [131, 61, 59, 59],
  },
  { name: '10 bits', graph: box(320, 180, 30), flags: x264(['-pix_fmt', 'yuv420p10le']), box: [130, 60, 60, 60] },
  {
    name: 'HDR10 in HEVC',
    graph: `${box(640, 360, 30)},format=yuv420p10le`,
    flags: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', hdr, ...hdrFlags],
    box: [145, 75, 30, 30],
  },
  {
    name: 'fill of a portrait rung',
    graph: box(320, 180, 30),
    flags: x264(),
    to: { width: 180, height: 320, fit: 'fill' },
    box: [37, 107, 106, 106],
  },
  {
    name: 'fill at the left edge',
    graph: box(320, 180, 30),
    flags: x264(),
    to: { width: 180, height: 180, fit: 'fill', cropAt: 0 },
    box: [130, 60, 50, 60],
  },
  { name: 'blurred sides', graph: box(320, 180, 30), flags: x264(), to: { width: 180, height: 320, fit: 'blur' }, box: [73, 143, 34, 34] },
]
test('sources of all shapes are shown whole, round and in eight bits [TRN-04]', { skip }, async (t) => {
  for (const { name, graph, flags, box: wanted, to = {} } of inputs) {
    const ladder = await ladderOf(
      t,
      rungs({ video: video({ preset: 'ultrafast', ...to }) }),
      encode(['-f', 'lavfi', '-i', graph, ...flags]),
    )
    const { video: frames, tracks } = ladder.rung(101)
    assert.ok(frames.length >= 16, `${name}: ${frames.length} frames`)
    assert.equal(tracks.length, 1, name)
    const seen = brightBox(decodeLuma(frames), 8)
    assert.ok(seen !== null, `${name}: nothing is seen`)
    const found = [seen.x, seen.y, seen.width, seen.height]
    for (let i = 0; i < 4; i++) assert.ok(Math.abs(found[i]! - wanted[i]!) <= 4, `${name}: box at ${found}, not ${wanted}`)
  }
})

for (const codec of ['h265', 'av1'] as const) {
  test(`${codec}: a rung is decoded by ffmpeg, its key frames stand on the grid [TRN-07]`, { skip }, async (t) => {
    const frames = encode(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=2', ...x264()])
    const ladder = await ladderOf(t, rungs({ video: video({ codec, gopMs: 1000, preset: 'ultrafast' }) }), frames)
    const { tracks, video: made } = ladder.rung(101)
    assert.equal(tracks.length, 1)
    assert.deepEqual(keyTimes(made), [0, 90_000])
    assert.equal(made.length, 60)
    if (typeof av === 'string') return
    const { Decoder } = await import('../av/decoder.ts')
    const decoder = new Decoder(av, tracks[0]!, 1e7)
    let shown = 0
    const count = ({ width, height }: { width: number; height: number }): void => {
      if (width === 320 && height === 180) shown++
    }
    for (const frame of made) decoder.decode(frame, false, count)
    decoder.drain(count)
    decoder.close()
    assert.equal(shown, 60)
  })
}

test('a variable frame rate becomes a constant one, and a change of size in mid-stream goes through', { skip }, async (t) => {
  // Pictures at 0, 1/30, 5/30, 6/30, 20/30 s and so on.
  const whole = encode(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=2', ...x264(['-g', '1'])])
  const sparse = whole.filter((_, i) => [0, 1, 5].includes(i % 6))
  const larger = shift(encode(['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=30:d=1', ...x264()]), 180_000)
  const ladder = await ladderOf(t, rungs({ video: video() }), [...sparse, ...larger])
  const { video: frames, tracks } = ladder.rung(101)
  assert.equal(tracks.length, 1)
  assert.deepEqual(
    frames.map(({ dts }) => dts),
    Array.from({ length: 90 }, (_, i) => i * 3000),
  )
})

test('broken frames cost their pictures alone [TRN-05]', { skip }, async (t) => {
  const frames = encode(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=4', ...x264()])
  let seed = 12_345
  const random = (max: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % max
  }
  const broken = frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice() }))
  for (let i = 0; i < 400; i++) {
    const { bytes } = broken[1 + random(broken.length - 1)]!
    bytes[random(bytes.length)] = random(256)
  }
  const ladder = await ladderOf(t, rungs({ video: video() }), broken)
  const { video: made } = ladder.rung(101)
  assertRising(made)
  assert.ok(made.length >= 110, `${made.length} of 120 frames`)
  assert.ok(ladder.said.filter(({ type }) => type === 'undecoded').length <= 20)
})

test('a configuration that no decoder takes is told, and the next one is shown', { skip }, async (t) => {
  const frames = encode(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=1', ...x264()])
  const track = { ...frames[0]!.track, config: frames[0]!.track.config.slice().fill(0xff, 8) }
  const bad = frames.map((frame) => ({ ...frame, track }))
  const ladder = await ladderOf(t, rungs({ video: video() }), [...bad, ...shift(frames, 90_000)])
  assert.ok(ladder.rung(101).video.length >= 30)
})

test('the picture is as good as that of the ffmpeg program with the same settings', { skip }, async (t) => {
  const source = encode(['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=30:d=3,noise=alls=10:allf=t', ...x264(['-crf', '12'])])
  // The second is made from the first.
  const ladder = await ladderOf(
    t,
    rungs({ video: video({ width: 480, height: 270, bitrateKbps: 1000 }) }, { video: video({ bitrateKbps: 600 }) }),
    source,
  )
  const score = withFlv(source, (original) => {
    const ssim = (file: string): number => {
      const graph = '[0:v]scale=320:180:flags=bicubic,fps=30,setpts=N[a];[1:v]fps=30,setpts=N[b];[a][b]ssim=stats_file=-'
      const rows = run('ffmpeg', ['-v', 'error', '-i', original, '-i', file, '-lavfi', graph, '-f', 'null', '-']).toString()
      const all = [...rows.matchAll(/All:([\d.]+)/g)].map(([, value]) => Number(value))
      return all.reduce((sum, value) => sum + value, 0) / all.length
    }
    const ours = `${original}.ours.flv`
    writeFlv(ours, ladder.rung(102).video)
    const theirs = `${original}.theirs.flv`
    const rate = ['-b:v', '600k', '-maxrate', '600k', '-bufsize', '600k', '-g', '60', '-bf', '0', '-refs', '1', '-sc_threshold', '0']
    const params = 'rc-lookahead=0:sync-lookahead=0:force-cfr=1:weightp=0:mbtree=0:8x8dct=1:cabac=1'
    run('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-i',
      original,
      '-vf',
      'scale=320:180',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      ...rate,
      '-x264-params',
      params,
      theirs,
    ])
    return { ours: ssim(ours), theirs: ssim(theirs) }
  })
  t.diagnostic(`SSIM ${score.ours.toFixed(4)}, ffmpeg ${score.theirs.toFixed(4)}`)
  assert.ok(score.ours > score.theirs - 0.005, JSON.stringify(score))
})
