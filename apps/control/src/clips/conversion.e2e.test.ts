// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { defaultMediaUid, mediaSandbox } from '@sluice/base/sandbox'
import { type ClipType, clipTypes } from '@sluice/contract/transcoder'
import { type Converted, childConverter } from './converter.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-conversion-'))
after(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

const sandbox = (wish: string) => mediaSandbox({ wish, uid: defaultMediaUid, dataDir: folder, env: process.env })
const best = sandbox('auto')
const converter = childConverter(systemClock, best)
// What the children say keeps no test process open.
const held = setInterval(() => {}, 1000)
after(() => clearInterval(held))

const ffmpeg = (args: readonly string[], input?: Uint8Array): SpawnSyncReturns<Buffer> =>
  spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { ...(input === undefined ? {} : { input }), maxBuffer: 64 * 2 ** 20 })
function makeFile(name: string, args: readonly string[], input?: Uint8Array): Uint8Array {
  const { status, stderr } = ffmpeg([...args, at(name)], input)
  assert.equal(status, 0, String(stderr))
  return new Uint8Array(readFileSync(at(name)))
}

async function codecsProblem(): Promise<string | false> {
  if (spawnSync('ffmpeg', ['-version']).error !== undefined) return 'ffmpeg is not installed'
  const done = await converter.run({ do: 'test-card', target: at('card.flv') }, () => {})
  return done.type === 'unavailable' ? done.message : false
}
const skip = await codecsProblem()

async function convert(bytes: Uint8Array, type: ClipType, by = converter): Promise<Converted> {
  writeFileSync(at('upload'), bytes, { mode: 0o600 })
  const done = await by.run({ do: 'normalise', file: at('upload'), type, target: at('out.flv') }, () => {})
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  )
  return done
}

async function refusal(bytes: Uint8Array, type: ClipType): Promise<{ code: string; message: string }> {
  const done = await convert(bytes, type)
  assert.equal(done.type, 'refused', JSON.stringify(done))
  const { code, message } = done as { code: string; message: string }
  return { code, message }
}

// Four colours, so that each of the eight orientations is told from all others.
const [width, height] = [128, 64]
const colours = { r: [200, 30, 30], g: [30, 170, 30], b: [30, 30, 200], w: [230, 230, 230] } as const
type Colour = keyof typeof colours
const stored = Uint8Array.from(
  Array.from({ length: width * height }, (_, i): readonly number[] => {
    const isRight = i % width >= width / 2
    const isLow = i >= (width * height) / 2
    return colours[isLow ? (isRight ? 'w' : 'b') : isRight ? 'g' : 'r']
  }).flat(),
)
const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-i', '-']

/** The corners of the first picture as they are shown: top left, top right, bottom left, bottom right. */
function corners(done: Converted): { size: string; colours: string } {
  assert.equal(done.type, 'done', JSON.stringify(done))
  const { facts } = done as Extract<Converted, { type: 'done' }>
  const { stdout } = ffmpeg(['-i', at('out.flv'), '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'])
  const [w, h] = [facts.width, facts.height]
  const nearest = (x: number, y: number): Colour => {
    const pixel = [...stdout.subarray(3 * (y * w + x), 3 * (y * w + x) + 3)]
    const far = (name: Colour): number => Math.max(...colours[name].map((value, i) => Math.abs(value - pixel[i]!)))
    const name = (Object.keys(colours) as Colour[]).sort((a, b) => far(a) - far(b))[0]!
    assert.ok(far(name) < 40, `${pixel} at ${x},${y} is none of the colours`)
    return name
  }
  const [x, y] = [w / 4, h / 4]
  return { size: `${w}x${h}`, colours: nearest(x, y) + nearest(w - x, y) + nearest(x, h - y) + nearest(w - x, h - y) }
}

/** What every browser shows for orientation 1 to 8. */
const shown = ['rgbw', 'grwb', 'wbgr', 'bwrg', 'rbgw', 'brwg', 'wgbr', 'gwrb']
const sizeOf = (orientation: number): string => (orientation >= 5 ? `${height}x${width}` : `${width}x${height}`)

/** An EXIF block with an orientation and nothing else. Spec: Exif 3.0 §4.5 */
function exifOf(orientation: number): Uint8Array {
  const exif = Buffer.alloc(26)
  exif.write('MM\0*', 0, 'latin1')
  exif.writeUInt32BE(8, 4)
  exif.writeUInt16BE(1, 8)
  exif.writeUInt16BE(0x0112, 10)
  exif.writeUInt16BE(3, 12)
  exif.writeUInt32BE(1, 14)
  exif.writeUInt16BE(orientation, 18)
  return new Uint8Array(exif)
}

function jpegWith(jpeg: Uint8Array, exif: Uint8Array): Uint8Array {
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 8])
  return new Uint8Array(Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from('Exif\0\0'), exif, jpeg.subarray(2)]))
}

function pngWith(png: Uint8Array, exif: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(12 + exif.length)
  chunk.writeUInt32BE(exif.length, 0)
  chunk.write('eXIf', 4, 'latin1')
  chunk.set(exif, 8)
  return new Uint8Array(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]))
}

function webpWith(webp: Uint8Array, exif: Uint8Array): Uint8Array {
  const vp8x = Buffer.alloc(18)
  vp8x.write('VP8X', 0, 'latin1')
  vp8x.writeUInt32LE(10, 4)
  vp8x[8] = 8
  vp8x.writeUIntLE(width - 1, 12, 3)
  vp8x.writeUIntLE(height - 1, 15, 3)
  const head = Buffer.alloc(8)
  head.write('EXIF', 0, 'latin1')
  head.writeUInt32LE(exif.length, 4)
  const body = Buffer.concat([vp8x, webp.subarray(12), head, exif])
  const riff = Buffer.from(webp.subarray(0, 12))
  riff.writeUInt32LE(body.length + 4, 4)
  return new Uint8Array(Buffer.concat([riff, body]))
}

test('a picture is shown as every browser shows it, in all eight orientations', { skip }, async () => {
  const jpeg = makeFile('plain.jpg', [...raw, '-q:v', '2'], stored)
  for (let orientation = 1; orientation <= 8; orientation++) {
    const made = corners(await convert(jpegWith(jpeg, exifOf(orientation)), 'image/jpeg'))
    assert.deepEqual(made, { size: sizeOf(orientation), colours: shown[orientation - 1]! }, `orientation ${orientation}`)
  }
  const png = makeFile('plain.png', raw, stored)
  assert.deepEqual(corners(await convert(pngWith(png, exifOf(6)), 'image/png')), { size: sizeOf(6), colours: shown[5]! })
  const webp = makeFile('plain.webp', raw, stored)
  assert.deepEqual(corners(await convert(webpWith(webp, exifOf(7)), 'image/webp')), { size: sizeOf(7), colours: shown[6]! })
})

test('a broken EXIF block is left aside', { skip }, async () => {
  const jpeg = makeFile('plain.jpg', [...raw, '-q:v', '2'], stored)
  for (const exif of [exifOf(6).subarray(0, 15), Uint8Array.from({ length: 40 }, () => 0xff)])
    assert.deepEqual(corners(await convert(jpegWith(jpeg, exif), 'image/jpeg')), { size: sizeOf(1), colours: shown[0]! })
})

test('a video is turned and mirrored as its display matrix says', { skip }, async () => {
  const plain = makeFile('plain.mp4', [...raw, '-vf', 'loop=loop=24:size=1', '-pix_fmt', 'yuv420p'], stored)
  const one = 0x10000
  // The other five are one table: orientation.ts and its test.
  const matrices = [
    [2, [-1, 0, 0, 1]],
    [6, [0, 1, -1, 0]],
    [7, [0, -1, -1, 0]],
  ] as const
  for (const [orientation, [a, b, c, d]] of matrices) {
    const bytes = Buffer.from(plain)
    // Spec: ISO/IEC 14496-12 §8.3.2, version 0
    const matrixAt = bytes.indexOf('tkhd') + 44
    for (const [place, value] of [
      [0, a],
      [1, b],
      [3, c],
      [4, d],
    ] as const)
      bytes.writeInt32BE(value * one, matrixAt + 4 * place)
    const made = corners(await convert(new Uint8Array(bytes), 'video/mp4'))
    assert.deepEqual(made, { size: sizeOf(orientation), colours: shown[orientation - 1]! }, `orientation ${orientation}`)
  }
})

test('a video with sound is converted alike in each sandbox that works here', { skip }, async (t) => {
  const clip = makeFile('clip.mp4', [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2', '-f', 'lavfi', '-i', 'sine=d=2'],
    ...['-pix_fmt', 'yuv420p', '-g', '25'],
  ])
  const made: Uint8Array[] = []
  for (const wish of ['bubblewrap', 'user', 'none']) {
    const box = sandbox(wish)
    t.diagnostic(`${wish}: ${(await box.find()).mode}`)
    const done = await convert(clip, 'video/mp4', childConverter(systemClock, box))
    assert.equal(done.type, 'done', JSON.stringify(done))
    made.push(new Uint8Array(readFileSync(at('out.flv'))))
  }
  assert.deepEqual(made[1]!.length, made[0]!.length)
  assert.deepEqual(made[2]!.length, made[0]!.length)
})

test('pictures that claim to be huge are refused by their heads, before anything is decoded', { skip }, async () => {
  const png = Buffer.from(makeFile('plain.png', raw, stored))
  png.writeUInt32BE(50_000, 16)
  png.writeUInt32BE(50_000, 20)
  const jpeg = Buffer.from(makeFile('plain.jpg', raw, stored))
  const frameAt = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
  jpeg.writeUInt16BE(50_000, frameAt + 5)
  jpeg.writeUInt16BE(50_000, frameAt + 7)
  const webp = Buffer.from(webpWith(makeFile('plain.webp', raw, stored), exifOf(1)))
  webp.writeUIntLE(49_999, 24, 3)
  webp.writeUIntLE(49_999, 27, 3)
  for (const [type, bytes] of [
    ['image/png', png],
    ['image/jpeg', jpeg],
    ['image/webp', webp],
  ] as const)
    assert.deepEqual(await refusal(new Uint8Array(bytes), type), {
      code: 'CLIP_SIZE',
      message: 'The picture is 50000x50000, at most 36.0 million pixels are taken.',
    })
  // A head that says one size and a decoder that finds another: the decoder has the same bound.
  const lying = Buffer.from(makeFile('plain.webp', raw, stored))
  lying.writeUInt16LE(16_383, 26)
  lying.writeUInt16LE(16_383, 28)
  const small = Buffer.from(webpWith(new Uint8Array(lying), exifOf(1)))
  assert.equal((await refusal(new Uint8Array(small), 'image/webp')).code, 'CLIP_UNREADABLE')
})

const testPicture = (size: string, seconds: number, rate = 25): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=s=${size}:r=${rate}:d=${seconds}`,
]
const fast = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

test('a video that becomes huge in mid-stream is refused, with the time at which it does', { skip }, async () => {
  const start = makeFile('start.ts', [...testPicture('320x180', 2), ...fast])
  const huge = makeFile('huge.ts', ['-f', 'lavfi', '-i', 'color=s=4096x2560:r=25:d=3', ...fast, '-output_ts_offset', '2'])
  const { code, message } = await refusal(new Uint8Array(Buffer.concat([start, huge])), 'video/mp2t')
  assert.equal(code, 'CLIP_UNREADABLE')
  assert.match(message, /^The picture can't be decoded from \d\.\d s on: .* larger than 9\.4 million pixels\.$/)
})

test('rates, lengths and numbers of tracks out of all measure are bounded', { skip }, async () => {
  const quick = await convert(makeFile('quick.mp4', [...testPicture('160x90', 1, 1000), ...fast]), 'video/mp4')
  assert.equal(quick.type === 'done' && quick.facts.fps <= 30, true, JSON.stringify(quick))
  const long = makeFile('long.mkv', [...testPicture('160x90', 1), '-vf', 'setpts=PTS*20000', '-fps_mode', 'vfr', ...fast])
  assert.equal((await refusal(long, 'video/x-matroska')).code, 'CLIP_TOO_LONG')
  const tracks = Array.from({ length: 80 }, () => ['-map', '1:a']).flat()
  const wide = [...testPicture('160x90', 1), '-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono:d=1', '-t', '1', '-map', '0:v', ...tracks]
  const crowd = await convert(makeFile('crowd.mkv', [...wide, ...fast, '-c:a', 'pcm_s16le']), 'video/x-matroska')
  assert.ok(crowd.type === 'refused' || crowd.type === 'done', JSON.stringify(crowd))
})

test('playlists and lists of files open nothing, under whatever type they come; rare codecs are refused by name', { skip }, async () => {
  writeFileSync(at('vault.key'), 'the key', { mode: 0o600 })
  const lists = [
    `ffconcat version 1.0\nfile '${at('vault.key')}'\n`,
    `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${at('vault.key')}\n#EXT-X-ENDLIST\n`,
    `<svg xmlns="http://www.w3.org/2000/svg"><image href="file://${at('vault.key')}"/></svg>`,
  ]
  // One type for each demuxer: the content type is whatever the stranger says.
  const byDemuxer = new Map((Object.keys(clipTypes) as ClipType[]).map((type) => [clipTypes[type].demuxer, type]))
  for (const [i, type] of [...byDemuxer.values()].entries())
    assert.match((await refusal(new TextEncoder().encode(lists[i % lists.length]!), type)).code, /^CLIP_(UNREADABLE|NO_VIDEO)$/)
  const rare = makeFile('rare.mov', [...testPicture('160x96', 1), '-c:v', 'cinepak', '-pix_fmt', 'rgb24'])
  assert.deepEqual(await refusal(rare, 'video/quicktime'), {
    code: 'CLIP_CODEC',
    message: 'A track of the file is cinepak, which is not supported: export it as H.264 with AAC.',
  })
})
