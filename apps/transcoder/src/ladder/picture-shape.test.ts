import assert from 'node:assert/strict'
import { test } from 'node:test'
import { h264Level } from './h264-level.ts'
import { isSameForm, type PictureForm } from './picture-form.ts'
import { canCascade, type PictureShape, pictureFilters } from './picture-shape.ts'

const form = (more: Partial<PictureForm> = {}): PictureForm => ({
  ...{ width: 1920, height: 1080, format: 0, colorSpace: 1, colorRange: 1, colorPrimaries: 1, colorTransfer: 1 },
  pixelAspect: { num: 1, den: 1 },
  orientation: 1,
  ...more,
})
const shape = (width: number, height: number, more: Partial<PictureShape> = {}): PictureShape => ({
  width,
  height,
  fit: 'fit',
  cropAt: 0.5,
  ...more,
})

const pictures: { name: string; form: PictureForm; shape: PictureShape; has: RegExp; hasNot?: RegExp }[] = [
  { name: 'the same shape is scaled alone', form: form(), shape: shape(1280, 720), has: /^scale=w=1280:h=720/, hasNot: /pad|crop/ },
  { name: '854 x 480 is taken for 16:9', form: form(), shape: shape(854, 480), has: /^scale=w=854:h=480/, hasNot: /pad/ },
  {
    name: '4:3 gets bars left and right',
    form: form({ width: 640, height: 480 }),
    shape: shape(1280, 720),
    has: /scale=w=960:h=720.*pad=w=1280:h=720:x=160:y=0/,
  },
  {
    name: 'narrow pixels are made square before anything is fitted',
    form: form({ width: 720, height: 576, pixelAspect: { num: 64, den: 45 } }),
    shape: shape(1280, 720),
    has: /^scale=w=1280:h=720/,
    hasNot: /pad/,
  },
  {
    name: 'a turned phone is upright',
    form: form({ orientation: 6 }),
    shape: shape(720, 1280),
    has: /^transpose=clock,scale=w=720:h=1280/,
    hasNot: /pad/,
  },
  {
    name: 'fill cuts in the middle',
    form: form(),
    shape: shape(720, 1280, { fit: 'fill' }),
    has: /^crop=w=608:h=1080:x=656:y=0,scale=w=720:h=1280/,
  },
  {
    name: 'fill cuts at the left',
    form: form(),
    shape: shape(720, 1280, { fit: 'fill', cropAt: 0 }),
    has: /^crop=w=608:h=1080:x=0:y=0/,
  },
  {
    name: 'fill cuts at the right',
    form: form(),
    shape: shape(720, 1280, { fit: 'fill', cropAt: 1 }),
    has: /^crop=w=608:h=1080:x=1312:y=0/,
  },
  { name: 'blur has the picture over itself', form: form(), shape: shape(720, 1280, { fit: 'blur' }), has: /split.*gblur.*overlay/ },
  {
    name: 'HDR10 is tone-mapped after it is made smaller',
    form: form({ colorTransfer: 16 }),
    shape: shape(1280, 720),
    has: /^scale=.*,tonemapx=/,
  },
  { name: 'HLG too', form: form({ colorTransfer: 18 }), shape: shape(1280, 720), has: /^scale=.*,tonemapx=/ },
]
for (const { name, form: of, shape: to, has, hasNot } of pictures) {
  test(`picture filters: ${name}`, () => {
    const filters = pictureFilters(of, to)
    assert.match(filters, has)
    if (hasNot !== undefined) assert.doesNotMatch(filters, hasNot)
  })
}

test('every size of bars and windows is even and inside', () => {
  for (let width = 64; width <= 2000; width += 53) {
    for (let height = 64; height <= 1200; height += 41) {
      for (const fit of ['fit', 'fill', 'blur'] as const) {
        const filters = pictureFilters(form({ width, height }), shape(1280, 720, { fit }))
        for (const [, w, h] of filters.matchAll(/scale=w=(\d+):h=(\d+)/g)) assert.ok(Number(w) % 2 === 0 && Number(h) % 2 === 0, filters)
        const crop = /crop=w=(\d+):h=(\d+):x=(\d+):y=(\d+)/.exec(filters)?.slice(1).map(Number)
        if (crop !== undefined) assert.ok(crop[0]! + crop[2]! <= width && crop[1]! + crop[3]! <= height, `${width}x${height} ${filters}`)
      }
    }
  }
})

test('a form that differs in anything asks for another graph', () => {
  const others: Partial<PictureForm>[] = [
    ...[
      { width: 1918 },
      { height: 1078 },
      { format: 62 },
      { colorSpace: 9 },
      { colorRange: 2 },
      { colorPrimaries: 9 },
      { colorTransfer: 16 },
    ],
    ...[{ pixelAspect: { num: 4, den: 3 } }, { orientation: 6 as const }],
  ]
  assert.ok(isSameForm(form(), form({ pixelAspect: { num: 2, den: 2 } })))
  for (const other of others) assert.ok(!isSameForm(form(), form(other)), JSON.stringify(other))
})

test('a smaller picture comes from a larger one of the same shape alone', () => {
  assert.ok(canCascade(shape(1280, 720), shape(854, 480)))
  assert.ok(!canCascade(shape(854, 480), shape(1280, 720)))
  assert.ok(!canCascade(shape(1280, 720), shape(720, 720)))
  assert.ok(!canCascade(shape(1280, 720), shape(640, 360, { fit: 'blur' })))
  assert.ok(!canCascade(shape(720, 1280, { fit: 'fill', cropAt: 0 }), shape(360, 640, { fit: 'fill', cropAt: 1 })))
})

test('the H.264 level is the lowest that holds size, rate and bitrate', () => {
  const cases: [number, number, number, number, string][] = [
    [640, 360, 30, 800, '3.0'],
    [1280, 720, 30, 3000, '3.1'],
    [1280, 720, 60, 5000, '3.2'],
    [1920, 1080, 30, 5000, '4.0'],
    [1920, 1080, 30, 30_000, '4.1'],
    [1920, 1080, 60, 8000, '4.2'],
    [3840, 2160, 30, 20_000, '5.1'],
    [3840, 2160, 60, 30_000, '5.2'],
  ]
  for (const [width, height, fps, kbps, level] of cases) assert.equal(h264Level(width, height, fps, kbps), level, `${height}p${fps}`)
})
