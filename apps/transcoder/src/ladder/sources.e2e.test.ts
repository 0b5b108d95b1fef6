// budget: 60 s: a dozen sources are encoded, decoded, encoded again and decoded
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { randomFrom } from '@sluice/testkit/random'
import { loadAv } from '../av/av.ts'
import { brightBox, decodeLuma, encode, type Gray, hasFfmpeg, run, shift, withMp4, x264 } from './testing/ffmpeg.ts'
import { ladderOf } from './testing/ladder-process.ts'
import { audio, rungs, video } from './testing/rungs.ts'

const av = await loadAv()
const skip = !hasFfmpeg ? 'ffmpeg is not installed (apt install ffmpeg)' : typeof av === 'string' ? av : false
const seed = Number(process.env['SLUICE_SEED'] ?? Date.now() % 1_000_000)

const lavfi = (graph: string): string[] => ['-f', 'lavfi', '-i', graph]
const keyTimes = (frames: readonly Frame[]): number[] => frames.filter(({ isKey }) => isKey).map(({ dts }) => dts)

/** A white box of `boxW` x `boxH` at `x`, `y` on black. */
const box = (size: string, rate: number, seconds: number, [x, y, boxW, boxH]: readonly number[]): string =>
  `color=black:s=${size}:r=${rate}:d=${seconds},drawbox=x=${x}:y=${y}:w=${boxW}:h=${boxH}:color=white:t=fill`

function assertBox(name: string, gray: Gray, at: number, wanted: readonly number[]): void {
  const seen = brightBox(gray, at)
  const found = seen === null ? [] : [seen.x, seen.y, seen.width, seen.height]
  assert.ok(
    wanted.every((value, i) => Math.abs((found[i] ?? Number.NaN) - value) <= 4),
    `${name}, picture ${at}: box at ${found}, not ${wanted}`,
  )
}

for (const order of ['tff', 'bff'] as const) {
  test(`interlaced, ${order}: a 50 Hz rung shows each field in its order, a 25 Hz rung whole pictures [TRN-04]`, { skip }, async (t) => {
    const moving = `color=black:s=720x576:r=50:d=2[b];color=white:s=80x200:r=50:d=2[w];[b][w]overlay=x=40+4*n:y=180`
    const source = encode([
      ...lavfi(`${moving},interlace=scan=${order}:lowpass=off,setfield=${order},setsar=64/45`),
      ...x264(['-flags', '+ilme+ildct', '-top', order === 'tff' ? '1' : '0', '-b:v', '3M']),
    ])
    const wishes = rungs(
      { video: video({ width: 720, height: 404, fps: { num: 50, den: 1 }, bitrateKbps: 3000 }) },
      { video: video({ width: 720, height: 404, fps: { num: 25, den: 1 }, bitrateKbps: 3000 }) },
    )
    const ladder = await ladderOf(t, wishes, source)
    for (const { slot, rung } of wishes) {
      const { num } = rung.video!.fps
      const { video: made, tracks } = ladder.rung(slot)
      assert.equal(tracks.length, 1)
      assert.ok(made.length >= 2 * num - 2, `${made.length} pictures at ${num} Hz`)
      const gray = decodeLuma(made)
      const lefts = gray.pictures.slice(10, -3).map((_, i) => brightBox(gray, i + 10)!.x)
      const steps = lefts.slice(1).map((x, i) => x - lefts[i]!)
      const step = 200 / num
      assert.ok(
        steps.every((each) => Math.abs(each - step) <= 2),
        `${num} Hz: the box moves by ${steps.join(' ')} pixels, not ${step}`,
      )
      // Of two fields in one picture each other line would lag by a step.
      for (let at = 12; at < 20; at++) assert.ok(Math.abs(brightBox(gray, at)!.width - 80) <= 4, `combed: ${brightBox(gray, at)!.width}`)
    }
  })
}

/**
 * A Display orientation SEI before the slices of each key frame, as a phone sends it: it holds up to the next one. Spec: ITU-T H.264 §D.1.26,
 * H.265 §D.2.17
 */
function turned(frames: readonly Frame[], degrees: number): Frame[] {
  // Three bits for "not cancelled, not flipped", then the angle. H.264: period 1 as "010", no extension, a bit that ends it. HEVC: persists, the end.
  const turn = Math.round((degrees * 65_536) / 360) << 5
  return frames.map((frame) => {
    if (!frame.isKey) return frame
    const isAvc = frame.track.codec === 'h264'
    const bits = turn | (isAvc ? 0b01001 : 0b11000)
    const unit = [...(isAvc ? [0x06] : [0x4e, 0x01]), 47, 3, (bits >> 16) & 0xff, (bits >> 8) & 0xff, bits & 0xff, 0x80]
    return { ...frame, bytes: concatBytes([new Uint8Array([0, 0, 0, unit.length, ...unit]), frame.bytes]) }
  })
}
const hdr = (transfer: string): string[] => [
  ...['-c:v', 'libx265', '-preset', 'ultrafast', '-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'],
  ...['-x265-params', `log-level=none:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc:keyint=30:hdr10=0`],
]
const corner = box('320x180', 30, 1.5, [0, 0, 80, 60])
/** `box`: where it is to be seen at 320x180, in every picture. */
const shapes: { name: string; source: () => Frame[]; box: number[] }[] = [
  {
    name: 'PAL of 12:11, which is 4:3',
    source: () => encode([...lavfi(`${box('720x576', 25, 1, [333, 258, 55, 60])},setsar=12/11`), ...x264()]),
    box: [151, 81, 19, 19],
  },
  {
    name: 'PAL of 64:45, which is 16:9',
    source: () => encode([...lavfi(`${box('720x576', 25, 1, [339, 258, 42, 60])},setsar=64/45`), ...x264()]),
    box: [151, 81, 19, 19],
  },
  {
    name: 'a phone held upright, said in H.264',
    source: () => turned(encode([...lavfi(corner), ...x264(['-g', '15'])]), 90),
    // Shown as 180x320 it is 101x180 at 109; turned against the clock the upper left is the lower left.
    box: [109, 135, 34, 45],
  },
  {
    name: 'a phone held the other way, said in H.264',
    source: () => turned(encode([...lavfi(corner), ...x264(['-g', '15', '-bf', '2'])]), 270),
    box: [177, 0, 34, 45],
  },
  {
    name: 'upside down, said in HEVC',
    source: () =>
      turned(encode([...lavfi(corner), '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:keyint=15']), 180),
    box: [240, 120, 80, 60],
  },
  {
    name: 'HLG in HEVC',
    source: () => encode([...lavfi(`${box('640x360', 30, 1, [200, 100, 80, 60])},format=yuv420p10le`), ...hdr('arib-std-b67')]),
    box: [100, 50, 40, 30],
  },
]
test('pixels that are not square, phones that are turned, HLG: every picture is the right way up and in proportion [TRN-04]', {
  skip,
}, async (t) => {
  for (const { name, source, box: wanted } of shapes) {
    const ladder = await ladderOf(t, rungs({ video: video({ preset: 'ultrafast' }) }), source())
    const { video: made, tracks } = ladder.rung(101)
    assert.equal(tracks.length, 1, name)
    assert.ok(made.length >= 27, `${name}: ${made.length} pictures`)
    const gray = decodeLuma(made)
    for (let at = 1; at < made.length - 1; at++) assertBox(name, gray, at, wanted)
  }
})

const probed = (frames: readonly Frame[]): string =>
  withMp4(frames, (file) => {
    const fields = 'stream=codec_name,profile,pix_fmt,color_space,color_transfer,color_primaries'
    const said = run('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', fields, '-of', 'default=nw=1:nk=1', file])
    return String(said).trim().split('\n').join(' ')
  })

test('HDR stays HDR on rungs that ask for it, SDR is brought up to it, and what leaves does not change with the source [TRN-04]', {
  skip,
}, async (t) => {
  const grey = (name: string, colours: readonly string[]): Frame[] =>
    encode([...lavfi(`${box('640x360', 30, 1, [200, 100, 80, 60])},format=yuv420p10le`), ...colours, '-metadata', `title=${name}`])
  const sources = [
    grey('pq', hdr('smpte2084')),
    shift(grey('hlg', hdr('arib-std-b67')), ticksPerSecond),
    shift(encode([...lavfi(box('640x360', 30, 1, [200, 100, 80, 60])), ...x264()]), 2 * ticksPerSecond),
  ]
  const wishes = rungs(
    { video: video({ codec: 'h265', preset: 'ultrafast', hdr: 'pq' }) },
    { video: video({ codec: 'av1', hdr: 'hlg' }) },
    { video: video({ codec: 'h265', preset: 'ultrafast' }) },
    { video: video({ codec: 'h265', preset: 'ultrafast', hdr: 'pq', width: 192, height: 108 }) },
  )
  const ladder = await ladderOf(t, wishes, sources.flat())
  const told = [
    'hevc Main 10 yuv420p10le bt2020nc smpte2084 bt2020',
    'av1 Main yuv420p10le bt2020nc arib-std-b67 bt2020',
    'hevc Main yuv420p bt709 bt709 bt709',
    'hevc Main 10 yuv420p10le bt2020nc smpte2084 bt2020',
  ]
  for (const [i, { slot }] of wishes.entries()) {
    const { video: made, tracks } = ladder.rung(slot)
    assert.equal(tracks.length, 1, told[i])
    assert.ok(made.length >= 86, `${made.length} pictures`)
    assert.equal(probed(made), told[i])
  }
  // White, of 1023: kept as it came, and from SDR at 203 cd/m2: 58 % in PQ, 75 % in HLG of the limited range. Spec: ITU-R BT.2408 table 1
  const levels = [0, 1].map((i) => {
    const made = ladder.rung(wishes[i]!.slot).video
    const { width, height } = wishes[i]!.rung.video!
    const raw = withMp4(made, (file) =>
      run('ffmpeg', ['-v', 'error', '-i', file, '-vsync', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'yuv420p10le', '-']),
    )
    const pictureBytes = width * height * 3
    return [0.5, 1.5, 2.5].map((atS) => {
      const picture = made.findIndex(({ dts }) => dts >= atS * ticksPerSecond)
      return raw.readUInt16LE(picture * pictureBytes + 2 * (width * 65 + 120))
    })
  })
  t.diagnostic(`white of PQ, HLG and SDR: ${levels[0]!.join(' ')} in PQ, ${levels[1]!.join(' ')} in HLG`)
  const [pq, hlg] = levels as [number[], number[]]
  assert.ok(Math.abs(pq[0]! - 940) <= 12 && Math.abs(hlg[1]! - 940) <= 12, 'the own transfer is untouched')
  assert.ok(Math.abs(pq[2]! - 573) <= 12 && Math.abs(hlg[2]! - 721) <= 12, 'SDR is where captions are')
  assert.ok(Math.abs(pq[1]! - 723) <= 12, 'the peak of HLG is 1000 cd/m2 in PQ')
})

test('59.94 frames a second: key frames 2 s apart to a frame, no picture missing or twice, at 60, 59.94, 30 and 29.97 [TRN-02]', {
  skip,
}, async (t) => {
  const source = encode([...lavfi('testsrc2=s=320x180:r=60000/1001:d=6'), ...x264()])
  const rates = [
    { num: 60, den: 1 },
    { num: 60_000, den: 1001 },
    { num: 30, den: 1 },
    { num: 30_000, den: 1001 },
  ]
  const wishes = rungs(...rates.map((fps) => ({ video: video({ fps, preset: 'ultrafast' }) })))
  const ladder = await ladderOf(t, wishes, source)
  for (const [i, { slot }] of wishes.entries()) {
    const { num, den } = rates[i]!
    const { video: made } = ladder.rung(slot)
    const frameTicks = (ticksPerSecond * den) / num
    for (let n = 1; n < made.length; n++) assert.ok(Math.abs(made[n]!.dts - made[n - 1]!.dts - frameTicks) <= 1)
    assert.ok(Math.abs(made.length - (6 * num) / den) <= 2, `${made.length} at ${num}/${den}`)
    const keys = keyTimes(made)
    assert.equal(keys.length, 3)
    for (let n = 1; n < keys.length; n++) {
      const off = keys[n]! - keys[n - 1]! - 2 * ticksPerSecond
      assert.ok(Math.abs(off) <= frameTicks, `${num}/${den}: a GOP is off by ${off} ticks`)
    }
  }
})

test('size, frame rate and pixel format change in mid-stream: one set of parameters, no slot missing, the right picture', {
  skip,
}, async (t) => {
  const parts = [
    { size: '320x180', rate: 30, format: 'yuv420p', at: [100, 50, 60, 60] },
    { size: '320x180', rate: 50, format: 'yuv422p', at: [100, 50, 60, 60] },
    { size: '640x360', rate: 25, format: 'yuv420p10le', at: [200, 100, 120, 120] },
    { size: '320x180', rate: 15, format: 'yuv444p', at: [100, 50, 60, 60] },
  ]
  const frames = parts.flatMap(({ size, rate, format, at }, i) =>
    shift(encode([...lavfi(box(size, rate, 1, at)), ...x264(['-pix_fmt', format])]), i * ticksPerSecond),
  )
  const ladder = await ladderOf(t, rungs({ video: video({ preset: 'ultrafast' }) }), frames)
  const { video: made, tracks } = ladder.rung(101)
  assert.equal(tracks.length, 1)
  assert.deepEqual(
    made.map(({ dts }) => dts),
    made.map((_, i) => i * 3000),
  )
  assert.ok(made.length >= 118, `${made.length} pictures`)
  const gray = decodeLuma(made)
  for (let at = 0; at < made.length; at++) assertBox('a change', gray, at, [100, 50, 60, 60])
})

test('400 flipped bytes: times rise, and after a clean second the picture is right again [TRN-05]', { skip }, async (t) => {
  const clean = encode([...lavfi(box('320x180', 30, 5, [100, 50, 60, 60])), ...x264()])
  const noisy = encode([...lavfi('testsrc2=s=320x180:r=30:d=3,noise=alls=40:allf=t'), ...x264()])
  for (let round = 0; round < 3; round++) {
    t.diagnostic(`SLUICE_SEED=${seed + round}`)
    const random = randomFrom(seed + round)
    const broken = noisy.map((frame) => ({ ...frame, bytes: frame.bytes.slice() }))
    for (let i = 0; i < 400; i++) {
      const { bytes } = broken[Math.floor(random.next() * broken.length)]!
      bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256)
    }
    const ladder = await ladderOf(t, rungs({ video: video({ preset: 'ultrafast' }) }), [...broken, ...shift(clean, 3 * ticksPerSecond)])
    const { video: made } = ladder.rung(101)
    for (let i = 1; i < made.length; i++) assert.ok(made[i]!.dts > made[i - 1]!.dts)
    const from = made.findIndex(({ dts }) => dts >= 5 * ticksPerSecond)
    assert.ok(made.length - from >= 85, `${made.length - from} pictures after it`)
    const gray = decodeLuma(made)
    for (let at = from; at < gray.pictures.length; at++) assertBox(`seed ${seed + round}`, gray, at, [100, 50, 60, 60])
    assert.ok(ladder.said.filter(({ type }) => type === 'undecoded').length <= 20)
  }
})

test('a still picture that begins to move, in each codec: no ten seconds are over the bitrate by 5 %, the noise has 90 % of it, GOPs are exact [TRN-02]', {
  skip,
}, async (t) => {
  const graph = "color=navy:s=320x180:r=30:d=26,noise=alls=70:allf=t:enable='gte(t,11)'"
  const wishes = rungs(
    { video: video({ bitrateKbps: 500, preset: 'ultrafast' }) },
    { video: video({ bitrateKbps: 300, width: 256, height: 144 }) },
    { video: video({ codec: 'h265', bitrateKbps: 500, preset: 'ultrafast' }) },
    { video: video({ codec: 'av1', bitrateKbps: 700 }) },
  )
  const ladder = await ladderOf(t, wishes, encode([...lavfi(graph), ...x264(['-b:v', '4M'])]))
  for (const { slot, rung } of wishes) {
    const { video: made, tracks } = ladder.rung(slot)
    const { codec, bitrateKbps } = rung.video!
    // What an AV1 encoder makes of noise is known after two of its GOPs.
    const settledS = codec === 'av1' ? 15.5 : 11
    const endS = made.at(-1)!.dts / ticksPerSecond
    const windows = Array.from({ length: Math.floor((endS - 10) * 10) }, (_, i) => {
      const inside = made.filter(({ dts }) => dts >= i * 9000 && dts < i * 9000 + 10 * ticksPerSecond)
      return { atS: i / 10, share: inside.reduce((sum, { bytes }) => sum + bytes.length * 8, 0) / 10_000 / bitrateKbps }
    })
    const most = Math.max(...windows.map(({ share }) => share))
    const least = Math.min(...windows.filter(({ atS }) => atS >= settledS).map(({ share }) => share))
    const told = `${codec} at ${bitrateKbps} kbps: ${most.toFixed(3)} at most, ${least.toFixed(3)} at least while there is noise, ${made.length} pictures`
    t.diagnostic(told)
    assert.ok(most <= 1.05 && least >= 0.9, told)
    assert.equal(tracks.length, 1, told)
    assert.deepEqual(
      keyTimes(made),
      Array.from({ length: 13 }, (_, i) => i * 2 * ticksPerSecond),
      told,
    )
  }
})

test('sound alone and pictures alone: what is there is encoded, and a rung that lacks its sound says so [TRN-06]', { skip }, async (t) => {
  const wish = rungs({ video: video({ preset: 'ultrafast' }), audio: audio() })
  const sound = encode([...lavfi('sine=frequency=440:sample_rate=44100:d=2'), '-c:a', 'aac'])
  const heard = (await ladderOf(t, wish, sound)).rung(101)
  assert.ok(heard.audio.length >= 88, `${heard.audio.length} frames of sound`)
  assert.equal(heard.video.length, 0)
  const pictures = encode([...lavfi('testsrc2=s=320x180:r=30:d=2'), ...x264()])
  const seen = (await ladderOf(t, wish, pictures)).rung(101)
  assert.ok(seen.video.length >= 58, `${seen.video.length} pictures`)
})
