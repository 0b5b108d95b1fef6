import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makePaint, type Premultiplied, paintOn } from './paint.ts'

/** A square of 4 pixels of one colour; `alpha` of each pixel. */
function square([r, g, b]: readonly number[], alpha: readonly number[]): Premultiplied {
  const of = (value: number): Uint8Array => Uint8Array.from(alpha, (a) => Math.round((value * a) / 255))
  return { width: 4, height: 4, strideBytes: 4, red: of(r!), green: of(g!), blue: of(b!), alpha: Uint8Array.from(alpha) }
}
const all = (alpha: number): number[] => new Array<number>(16).fill(alpha)
/** A grey of 8 by 8. */
const makeTarget = (luma = 100, chroma = 128) =>
  [new Uint8Array(64).fill(luma), new Uint8Array(16).fill(chroma), new Uint8Array(16).fill(chroma)] as const
const planesOf = ([y, u, v]: ReturnType<typeof makeTarget>) => [
  { bytes: y, strideBytes: 8 },
  { bytes: u, strideBytes: 4 },
  { bytes: v, strideBytes: 4 },
]

for (const { name, colour, expected } of [
  { name: 'red', colour: [255, 0, 0], expected: [63, 102, 240] },
  { name: 'green', colour: [0, 255, 0], expected: [173, 42, 26] },
  { name: 'blue', colour: [0, 0, 255], expected: [32, 240, 118] },
  { name: 'white', colour: [255, 255, 255], expected: [235, 128, 128] },
  { name: 'black', colour: [0, 0, 0], expected: [16, 128, 128] },
]) {
  test(`opaque ${name} is that colour of BT.709, where it stands and nowhere else`, () => {
    const target = makeTarget()
    paintOn(planesOf(target), makePaint(square(colour, all(255)), 4, 2, 1))
    const at = (x: number, y: number): number[] => [
      target[0][y * 8 + x]!,
      target[1][(y >> 1) * 4 + (x >> 1)]!,
      target[2][(y >> 1) * 4 + (x >> 1)]!,
    ]
    assert.deepEqual(at(5, 3), expected)
    assert.deepEqual(
      [at(3, 3), at(4, 1), at(4, 6)],
      [
        [100, 128, 128],
        [100, 128, 128],
        [100, 128, 128],
      ],
    )
  })
}

test('half opacity is halfway, of alpha and of the rung alike', () => {
  for (const [alpha, opacity] of [
    [255, 0.5],
    [128, 1],
  ] as const) {
    const target = makeTarget()
    paintOn(planesOf(target), makePaint(square([255, 255, 255], all(alpha)), 0, 0, opacity))
    assert.ok(Math.abs(target[0][0]! - 167.5) <= 1, `${target[0][0]}`)
  }
})

test('beside what is transparent the colour stays its own: no fringe of the black that transparent pixels have', () => {
  const target = makeTarget(63, 128)
  target[1].fill(102)
  target[2].fill(240)
  // Red on red: one pixel of four opaque, the others transparent black.
  const alpha = all(0).map((_, i) => (i % 2 === 0 && Math.floor(i / 4) % 2 === 0 ? 255 : 0))
  paintOn(planesOf(target), makePaint(square([255, 0, 0], alpha), 0, 0, 1))
  for (const [i, expected] of [63, 102, 240].entries())
    for (const value of target[i]!) assert.ok(Math.abs(value - expected) <= 1, `${i}: ${value}`)
})

test('nothing steps over its range, whatever is painted on whatever', () => {
  for (const luma of [0, 16, 235, 255])
    for (const alpha of [1, 3, 127, 254, 255]) {
      const target = makeTarget(luma, luma)
      paintOn(planesOf(target), makePaint(square([255, 255, 255], all(alpha)), 0, 0, 1))
      const expected = luma + ((235 - luma) * alpha) / 255
      assert.ok(Math.abs(target[0][0]! - expected) <= 1.5, `${luma} ${alpha}: ${target[0][0]}`)
    }
})
