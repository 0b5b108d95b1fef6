// long because: one table of what encoders send, and its makers
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@sluice/base/bytes'
import type { CodedPacket, Frame, Track } from '@sluice/codecs/frame'
import { readNalUnits, writeAnnexB, writeNalUnits } from '@sluice/codecs/nal'
import { nalLengthBytes } from '@sluice/codecs/track'
import { FlvDemuxer } from '@sluice/containers/flv'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { collect } from './testing/collect.ts'
import {
  frameFrom,
  h264Delimiter,
  h264Sei,
  type MadePicture,
  type MakeOptions,
  makeH264Pictures,
  makeH264Pps,
  makeH264Sps,
  makeH264Track,
} from './testing/make-pictures.ts'

/** What a picture is by bytes and times; SEI, sets and delimiters aside. */
const lookOf = ({ bytes, dts, pts, isKey }: Pick<Frame, 'bytes' | 'dts' | 'pts' | 'isKey'>): string =>
  `${dts} ${pts} ${isKey ? 'key' : '-'} ${toHex(bytes)}`
const expectedOf = (pictures: readonly MadePicture[]): string[] =>
  pictures.map((one) => lookOf({ ...one, bytes: writeNalUnits(one.units) }))

type Change = (picture: MadePicture, options: MakeOptions) => { units: readonly Uint8Array[]; dts: number; pts: number }[]

const whole: Change = ({ units, dts, pts }) => [{ units, dts, pts }]
const eachUnit: Change = ({ units, dts, pts }) => units.map((unit) => ({ units: [unit], dts, pts }))
const forms: { name: string; options: MakeOptions; change: Change; codes: string[] }[] = [
  { name: 'whole pictures', options: { pictures: 30, slices: 4, bFrames: 2 }, change: whole, codes: [] },
  { name: 'whole pictures without reordering', options: { pictures: 30, slices: 1 }, change: whole, codes: [] },
  { name: 'frames of two fields', options: { pictures: 30, isFields: true }, change: whole, codes: [] },
  { name: 'a slice a message', options: { pictures: 30, slices: 4 }, change: eachUnit, codes: ['pictures-joined'] },
  {
    name: 'a slice a message with B-frames',
    options: { pictures: 30, slices: 3, bFrames: 2 },
    change: eachUnit,
    codes: ['pictures-joined'],
  },
  {
    name: 'slices a millisecond apart',
    options: { pictures: 30, slices: 4 },
    change: ({ units, dts, pts }) => units.map((unit, i) => ({ units: [unit], dts: dts + 90 * i, pts: pts + 90 * i })),
    codes: ['pictures-joined'],
  },
  {
    name: 'slices with other composition times',
    options: { pictures: 30, slices: 4, bFrames: 1 },
    change: ({ units, dts, pts }) => units.map((unit, i) => ({ units: [unit], dts, pts: i === 0 ? pts : dts })),
    codes: ['pictures-joined'],
  },
  {
    name: 'slices in another order',
    options: { pictures: 30, slices: 3 },
    change: ({ units, dts, pts }) => [units[0]!, units[2]!, units[1]!].map((unit) => ({ units: [unit], dts, pts })),
    codes: ['pictures-joined'],
  },
  {
    name: 'fields apart, half a frame from each other',
    options: { pictures: 30, isFields: true },
    change: ({ units, dts, pts }) => units.map((unit, i) => ({ units: [unit], dts: dts + 1800 * i, pts: pts + 1800 * i })),
    codes: ['pictures-joined'],
  },
  {
    name: 'fields apart, the bottom one first',
    options: { pictures: 30, isFields: true, isBottomFirst: true, bFrames: 1 },
    change: ({ units, dts, pts }) => units.map((unit, i) => ({ units: [unit], dts: dts + 1800 * i, pts: pts + 1800 * i })),
    codes: ['pictures-joined'],
  },
  {
    name: 'fields apart, of two slices each, a slice a message',
    options: { pictures: 30, isFields: true, slices: 2 },
    change: ({ units, dts, pts }) =>
      units.map((unit, i) => ({ units: [unit], dts: dts + (i > 1 ? 1800 : 0), pts: pts + (i > 1 ? 1800 : 0) })),
    codes: ['pictures-joined'],
  },
]
for (const { name, options, change, codes } of forms) {
  test(`pictures leave as their encoder made them: ${name}`, () => {
    const track = makeH264Track(options)
    const pictures = makeH264Pictures(options)
    const { normaliser, frames, ...seen } = collect()
    normaliser.putTrack(track)
    for (const picture of pictures) {
      for (const { units, ...times } of change(picture, options))
        normaliser.putFrame(frameFrom(track, units, { ...times, isKey: picture.isKey }))
    }
    normaliser.flush()
    const reordered = name.includes('another order')
      ? pictures.map((one) => ({ ...one, units: [one.units[0]!, one.units[2]!, one.units[1]!] }))
      : pictures
    assert.deepEqual(frames.map(lookOf), expectedOf(reordered))
    assert.deepEqual(seen.codes(), codes)
    assert.equal(seen.tracks.length, 1)
  })
}

test('an ordinary stream passes without a copy, and no picture but the first waits for another', () => {
  const options = { pictures: 40, slices: 2, bFrames: 2 }
  const track = makeH264Track(options)
  const { normaliser, frames } = collect()
  normaliser.putTrack(track)
  for (const [i, picture] of makeH264Pictures(options).entries()) {
    const frame = frameFrom(track, picture.units, picture)
    normaliser.putFrame(frame)
    if (i > 0) assert.equal(frames.at(-1), frame, `picture ${i} waits or was copied`)
  }
})

test('an encoder that begins to cut its pictures late costs one picture, which is named', () => {
  const options = { pictures: 80, slices: 1 }
  const track = makeH264Track(options)
  const { normaliser, frames, notes } = collect()
  normaliser.putTrack(track)
  const pictures = [...makeH264Pictures(options), ...makeH264Pictures({ ...options, slices: 3 })]
  for (const [i, { units }] of pictures.entries()) {
    const times = { dts: i * 3600, pts: i * 3600 }
    for (const unit of units) normaliser.putFrame(frameFrom(track, [unit], times))
    if (i > 30 && i < 80) assert.equal(frames.at(-1)?.dts, times.dts, 'a whole picture waits')
  }
  normaliser.flush()
  assert.equal(frames.length, 160)
  const whole = frames.filter(({ bytes }, i) => toHex(bytes) === toHex(writeNalUnits(pictures[i]!.units))).length
  assert.equal(whole, 159)
  assert.equal(notes.filter(({ code }) => code === 'broken-left-out').length, 2)
})

test('lone fields and slices without their picture are passed on, and nothing is lost of the others', () => {
  const options = { pictures: 24, isFields: true }
  const track = makeH264Track(options)
  const pictures = makeH264Pictures(options)
  const { normaliser, frames } = collect()
  normaliser.putTrack(track)
  for (const [i, { units, dts, pts }] of pictures.entries()) {
    normaliser.putFrame(frameFrom(track, [units[0]!], { dts, pts }))
    if (i % 5 !== 2) normaliser.putFrame(frameFrom(track, [units[1]!], { dts: dts + 1800, pts: pts + 1800 }))
  }
  normaliser.flush()
  assert.deepEqual(
    frames.map(({ dts }) => dts),
    pictures.map(({ dts }) => dts),
  )
})

/** Cuts the units of a picture into messages as only a bad sender would; the first picture shows that they are cut. */
function mangle(picture: MadePicture, isFirst: boolean, random: SeededRandom): { units: Uint8Array[]; dts: number; pts: number }[] {
  const extras = [h264Delimiter, h264Sei, ...(picture.isKey ? [makeH264Sps({ maxReorder: 1 }), makeH264Pps()] : [])]
  const units = [...extras.filter(() => random.next() < 0.5), ...picture.units]
  const out: { units: Uint8Array[]; dts: number; pts: number }[] = []
  for (const unit of units) {
    const last = out.at(-1)
    const late = random.int(0, 1) * 90
    if (last === undefined || isFirst || random.next() < 0.5) out.push({ units: [unit], dts: picture.dts + late, pts: picture.pts + late })
    else last.units.push(unit)
  }
  return out
}

test('any way of cutting a good stream into messages gives its pictures back (seed 15)', () => {
  const random = randomFrom(15)
  for (let run = 0; run < 300; run++) {
    const options = { pictures: 20, slices: random.int(1, 4), bFrames: random.int(0, 2), gopFrames: random.int(4, 12) }
    const track = makeH264Track({ ...options, bFrames: 1 })
    const pictures = makeH264Pictures(options)
    const { normaliser, frames } = collect()
    normaliser.putTrack(track)
    for (const picture of pictures)
      for (const { units, ...times } of mangle(picture, picture === pictures[0], random))
        normaliser.putFrame(frameFrom(track, units, times))
    normaliser.flush()
    assert.equal(frames.length, pictures.length, `run ${run}: ${JSON.stringify(options)}`)
    for (const [i, frame] of frames.entries()) {
      const slices = toHex(writeNalUnits(pictures[i]!.units))
      assert.ok(toHex(frame.bytes).endsWith(slices), `run ${run}: picture ${i} is not whole`)
      assert.ok(Math.abs(frame.dts - pictures[i]!.dts) <= 90)
      assert.ok(Math.abs(frame.pts - pictures[i]!.pts) <= 90)
    }
  }
})

const orderForms: {
  name: string
  bFrames: number
  tellsReorder: boolean
  change: (one: MadePicture, i: number) => Partial<MadePicture>
  code: string
}[] = [
  { name: 'no composition times', bFrames: 2, tellsReorder: true, change: ({ dts }) => ({ pts: dts }), code: 'order-restored' },
  {
    name: 'no composition times, and sets that tell no depth',
    bFrames: 3,
    tellsReorder: false,
    change: ({ dts }) => ({ pts: dts }),
    code: 'order-restored',
  },
  {
    name: 'a composition time that is always the same',
    bFrames: 1,
    tellsReorder: true,
    change: ({ dts }) => ({ pts: dts + 3600 }),
    code: 'order-restored',
  },
  { name: 'no decoding times', bFrames: 2, tellsReorder: true, change: ({ pts }) => ({ dts: pts }), code: 'order-restored' },
  { name: 'decoding times that stand still', bFrames: 2, tellsReorder: true, change: () => ({ dts: 90_000 }), code: 'order-restored' },
  {
    name: 'decoding times behind the presentation',
    bFrames: 2,
    tellsReorder: true,
    change: ({ dts }) => ({ dts: dts + 7200 }),
    code: 'order-restored',
  },
]
for (const { name, bFrames, tellsReorder, change, code } of orderForms) {
  test(`times are put right: ${name}`, () => {
    const options = { pictures: 48, bFrames, tellsReorder }
    const track = makeH264Track(options)
    const pictures = makeH264Pictures(options)
    const { normaliser, frames, codes } = collect()
    normaliser.putTrack(track)
    for (const [i, picture] of pictures.entries())
      normaliser.putFrame(frameFrom(track, picture.units, { ...picture, ...change(picture, i) }))
    normaliser.flush()
    assert.deepEqual(codes(), [code])
    assert.equal(frames.length, pictures.length)
    for (const [i, frame] of frames.entries()) {
      assert.ok(frame.pts >= frame.dts, `picture ${i}: shown ${frame.pts}, decoded ${frame.dts}`)
      assert.ok(i === 0 || frame.dts > frames[i - 1]!.dts, `picture ${i}: decoded ${frame.dts}`)
    }
    const shown = (list: readonly { pts: number }[]): number[] => list.map((_, i) => i).sort((a, b) => list[a]!.pts - list[b]!.pts)
    assert.deepEqual(shown(frames), shown(pictures))
    const steps = new Set(
      frames
        .map(({ pts }) => pts)
        .sort((a, b) => a - b)
        .map((pts, i, all) => (i === 0 ? 3600 : pts - all[i - 1]!)),
    )
    assert.deepEqual([...steps], [3600])
  })
}

test('a time that goes back by one frame is squeezed in, and nothing else is touched', () => {
  const options = { pictures: 40 }
  const track = makeH264Track(options)
  const { normaliser, frames, codes } = collect()
  normaliser.putTrack(track)
  for (const [i, picture] of makeH264Pictures(options).entries()) {
    const back = i === 20 ? 2 * 3600 : 0
    normaliser.putFrame(frameFrom(track, picture.units, { dts: picture.dts - back, pts: picture.pts - back }))
  }
  normaliser.flush()
  assert.deepEqual(codes(), ['order-restored'])
  assert.equal(frames.length, 40)
  assert.ok(frames.every((frame, i) => i === 0 || frame.dts > frames[i - 1]!.dts))
  assert.equal(frames[21]!.dts, 90_000 + 21 * 3600)
})

test('several pictures in one message are taken apart, and get times of their own', () => {
  for (const bFrames of [0, 2]) {
    const options = { pictures: 48, bFrames, slices: 2 }
    const track = makeH264Track(options)
    const pictures = makeH264Pictures(options)
    const { normaliser, frames } = collect()
    normaliser.putTrack(track)
    for (let i = 0; i < pictures.length; i += 2) {
      normaliser.putFrame(frameFrom(track, [...pictures[i]!.units, ...pictures[i + 1]!.units], pictures[i]!))
    }
    normaliser.flush()
    assert.deepEqual(
      frames.map(({ bytes }) => toHex(bytes)),
      pictures.map(({ units }) => toHex(writeNalUnits(units))),
    )
    const rising = (values: number[]): boolean => values.every((value, i) => i === 0 || value > values[i - 1]!)
    assert.ok(rising(frames.map(({ dts }) => dts)))
    assert.ok(
      rising(
        frames
          .map(({ pts }, i) => [pts, pictures[i]!.pts])
          .sort((a, b) => a[1]! - b[1]!)
          .map(([pts]) => pts!),
      ),
    )
  }
})

const packet = { kind: 'video', id: 0, codec: 'h264' } as const
const framings: { name: string; bytes: (units: readonly Uint8Array[]) => Uint8Array }[] = [
  { name: 'start codes', bytes: writeAnnexB },
  { name: 'length fields of two bytes', bytes: (units) => withLengths(units, 2) },
  { name: 'length fields of one byte', bytes: (units) => withLengths(units, 1) },
]
function withLengths(units: readonly Uint8Array[], lengthBytes: 1 | 2): Uint8Array {
  return Uint8Array.from(units.flatMap((unit) => [...(lengthBytes === 2 ? [unit.length >>> 8] : []), unit.length & 0xff, ...unit]))
}
for (const { name, bytes } of framings) {
  test(`payloads with ${name} become frames, with a configuration and without`, () => {
    const options = { pictures: 30, bFrames: 1 }
    const pictures = makeH264Pictures(options)
    for (const isTold of [true, false]) {
      const { normaliser, frames, tracks, codes } = collect()
      const track = makeH264Track(options)
      if (isTold) normaliser.putTrack(track)
      for (const { units, dts, pts, isKey } of pictures) {
        const sets = isKey ? [h264Delimiter, makeH264Sps({ maxReorder: 1 }), makeH264Pps()] : [h264Delimiter]
        normaliser.putPacket({ ...packet, dts, pts, bytes: bytes(isTold ? units : [...sets, ...units]) })
      }
      normaliser.flush()
      assert.equal(frames.length, pictures.length)
      for (const [i, frame] of frames.entries()) assert.ok(toHex(frame.bytes).endsWith(toHex(writeNalUnits(pictures[i]!.units))))
      assert.equal(tracks.length, 1)
      assert.deepEqual(tracks[0]!.config, track.config)
      assert.deepEqual(codes(), isTold ? [] : ['config-recovered'])
    }
  })
}

test('length fields that the configuration states wrongly are read as what they are, through the FLV demuxer', () => {
  for (const [stated, sent] of [
    [1, 4],
    [2, 4],
    [4, 2],
    [4, 1],
    [2, 1],
  ] as const) {
    const options = { pictures: 200, slices: 2 }
    const pictures = makeH264Pictures(options)
    const config = Uint8Array.from(makeH264Track(options).config)
    config[4] = 0xfc | (stated - 1)
    const { normaliser, frames } = collect()
    const demuxer = new FlvDemuxer()
    const sink = {
      onTrack: (track: Track) => normaliser.putTrack(track),
      onFrame: (frame: Frame) => normaliser.putFrame(frame),
      onPacket: (one: CodedPacket) => normaliser.putPacket(one),
      onData() {},
    }
    demuxer.push('video', 0, Uint8Array.from([0x17, 0, 0, 0, 0, ...config]), sink)
    for (const [i, { units, isKey }] of pictures.entries()) {
      const bytes = sent === 4 ? writeNalUnits(units) : withLengths(units, sent)
      demuxer.push('video', i * 40, Uint8Array.from([isKey ? 0x17 : 0x27, 1, 0, 0, 0, ...bytes]), sink)
    }
    normaliser.flush()
    assert.deepEqual(
      frames.map(({ track, bytes }) => readNalUnits(bytes, nalLengthBytes(track)).map(toHex)),
      pictures.map(({ units }) => units.map(toHex)),
      `${stated} stated, ${sent} sent`,
    )
  }
})

test('pictures before a late configuration wait for it, and none at all is named', () => {
  const options = { pictures: 60 }
  const track = makeH264Track(options)
  const late = collect()
  for (const [i, { units, dts, pts }] of makeH264Pictures(options).entries()) {
    if (i === 10) late.normaliser.putTrack(track)
    if (i < 10) late.normaliser.putPacket({ ...packet, dts, pts, bytes: writeNalUnits(units) })
    else late.normaliser.putFrame(frameFrom(track, units, { dts, pts }))
  }
  late.normaliser.flush()
  assert.equal(late.frames.length, 60)
  assert.equal(late.frames[0]!.isKey, true)
  const never = collect()
  for (const { units, dts, pts } of makeH264Pictures(options))
    never.normaliser.putPacket({ ...packet, dts, pts, bytes: writeNalUnits(units) })
  assert.deepEqual(never.codes(), ['config-missing'])
})

test('parameter sets that change in the frames change the track, repeated ones do not', () => {
  const first = makeH264Track({ pictures: 1 })
  const { normaliser, tracks, frames } = collect()
  normaliser.putTrack(first)
  const put = (sps: Uint8Array, from: number): void => {
    for (const picture of makeH264Pictures({ pictures: 24 })) {
      const sets = picture.isKey ? [sps, makeH264Pps()] : []
      const move = from * 24 * 3600
      normaliser.putFrame(
        frameFrom(first, [...sets, ...picture.units], { dts: picture.dts + move, pts: picture.pts + move, isKey: picture.isKey }),
      )
    }
  }
  put(makeH264Sps({ maxReorder: 0 }), 0)
  assert.equal(tracks.length, 1)
  put(makeH264Sps({ maxReorder: 2 }), 1)
  put(makeH264Sps({ maxReorder: 2 }), 2)
  normaliser.flush()
  assert.equal(tracks.length, 2)
  assert.equal(frames.length, 72)
  assert.equal(frames.at(-1)!.track, tracks[1])
  assert.equal(frames[0]!.track, first)
})

test('any bytes as frames and packets never throw, and hold little (seed 16)', () => {
  const random = randomFrom(16)
  const runs = Number(process.env['SLUICE_FUZZ'] ?? 300)
  for (let run = 0; run < runs; run++) {
    const options = { pictures: 30, slices: random.int(1, 3), bFrames: random.int(0, 2), isFields: random.next() < 0.3 }
    const track = makeH264Track(options)
    const { normaliser, frames } = collect()
    let last = 0
    for (const picture of makeH264Pictures(options)) {
      const bytes = writeNalUnits(picture.units)
      for (let i = 0; i < random.int(0, 4); i++) bytes[random.int(0, bytes.length - 1)] = random.int(0, 255)
      const times = random.next() < 0.1 ? { dts: random.int(0, 1e9), pts: random.int(-1e6, 1e9) } : picture
      const cut = random.next() < 0.2 ? bytes.subarray(0, random.int(0, bytes.length)) : bytes
      if (random.next() < 0.3) normaliser.putPacket({ ...packet, ...times, codec: random.next() < 0.9 ? 'h264' : 'h265', bytes: cut })
      else normaliser.putFrame({ track, isKey: false, dts: times.dts, pts: times.pts, bytes: cut })
      last++
    }
    normaliser.flush()
    assert.ok(frames.length <= last * 12)
    assert.ok(frames.every(({ dts, pts }) => Number.isSafeInteger(dts) && Number.isSafeInteger(pts)))
  }
})
