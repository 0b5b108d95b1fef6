// budget: 30 s: a child for each codec; lane: shared, it checks what is drawn
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { thumbnailLimits, type WatchThumbnail } from '@sluice/contract/watch'
import { encode, recordOf, runChild, skip, trackOf, videoFlags } from './testing/media.ts'

const thumbnailMain = 'thumbnail-main.ts'

/** Width and height of a baseline JPEG. Spec: ITU-T T.81 §B.2.2 */
function sizeOf(jpeg: Uint8Array): [width: number, height: number] {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.length)
  for (let at = 2; at < jpeg.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at)
    if (marker >= 0xffc0 && marker <= 0xffc2) return [view.getUint16(at + 7), view.getUint16(at + 5)]
  }
  assert.fail('the JPEG has no frame header')
}

const pictures: [name: string, graph: string, flags: readonly string[], size: [number, number]][] = [
  ['H.264', 'testsrc2=s=1280x720:r=25:d=0.2', videoFlags['H.264'], [320, 180]],
  ['H.264 of 10 bits', 'testsrc2=s=640x360:r=25:d=0.2', videoFlags['H.264 of 10 bits'], [320, 180]],
  ['H.264, upright', 'testsrc2=s=360x640:r=25:d=0.2', videoFlags['H.264'], [180, 320]],
  ['H.264 with wide pixels', 'testsrc2=s=720x576:r=25:d=0.2,setsar=64/45', videoFlags['H.264'], [320, 180]],
  ['H.264, smaller than a thumbnail', 'testsrc2=s=160x90:r=25:d=0.2', videoFlags['H.264'], [160, 90]],
  ['H.265', 'testsrc2=s=640x360:r=25:d=0.2', videoFlags['H.265'], [320, 180]],
  ['AV1', 'testsrc2=s=320x180:r=25:d=0.2', videoFlags.AV1, [320, 180]],
  ['H.264 that is all noise', 'nullsrc=s=640x640:r=25:d=0.2,geq=random(1)*255:128:128', [...videoFlags['H.264'], '-crf', '1'], [320, 320]],
]
for (const [name, graph, flags, size] of pictures) {
  test(`${name}: a key frame becomes a small JPEG in the shape in which it is shown`, { skip }, async (t) => {
    const key = encode(t, graph, flags).find(({ isKey }) => isKey)
    assert.ok(key !== undefined)
    const [hello, answer] = await runChild(thumbnailMain, [trackOf(key.track, 7), recordOf(key, 7)])
    assert.deepEqual(hello, { type: 'hello', problem: null })
    assert.equal(answer?.type, 'thumbnail', JSON.stringify(answer))
    const { slot, jpeg } = answer as WatchThumbnail
    assert.equal(slot, 7)
    assert.ok(jpeg.length <= thumbnailLimits.bytes, `${jpeg.length} bytes`)
    const [width, height] = sizeOf(jpeg)
    // Sizes are even, and pixels of 64:45 give no whole number.
    assert.ok(Math.abs(width - size[0]) <= 2 && Math.abs(height - size[1]) <= 2, `${width}x${height}`)
  })
}

test('bytes that are no picture, and a frame without a track, cost the picture alone', { skip }, async (t) => {
  const key = encode(t, 'testsrc2=s=320x180:r=25:d=0.2', videoFlags['H.264']).find(({ isKey }) => isKey)
  assert.ok(key !== undefined)
  const garbage = { ...key, bytes: new Uint8Array(key.bytes.length).fill(0xa7) }
  const records = [recordOf(key, 1), trackOf(key.track, 2), recordOf(garbage, 2), trackOf(key.track, 3), recordOf(key, 3)]
  const answers = await runChild(thumbnailMain, records)
  assert.deepEqual(
    answers.map((answer) => [answer.type, 'slot' in answer ? answer.slot : 0]),
    [
      ['hello', 0],
      ['undecoded', 1],
      ['undecoded', 2],
      ['thumbnail', 3],
    ],
  )
})
