import { toHex } from '@sluice/base/bytes'
import { type Mp4Box, readBoxes } from '../read-box.ts'

const maxHexBytes = 96

/**
 * The boxes of `b` as text for golden tests: a line a box, children indented, the bytes of boxes without children in
 * hex (of media data only the count). Throws WireError when a box leaves its parent.
 */
export const formatBoxes = (b: Uint8Array): string => formatLevel(b, readBoxes(b), '')

function formatLevel(b: Uint8Array, boxes: readonly Mp4Box[], indent: string): string {
  return boxes.map((box) => `${indent}${formatBox(b, box)}\n${formatLevel(b, box.children, `${indent}  `)}`).join('')
}

function formatBox(b: Uint8Array, box: Mp4Box): string {
  const head = `${box.type} ${box.end - box.at}`
  const ownEnd = box.children[0]?.at ?? box.end
  if (box.type === 'mdat' || ownEnd === box.bodyAt) return head
  const hex = toHex(b.subarray(box.bodyAt, Math.min(ownEnd, box.bodyAt + maxHexBytes)))
  return `${head} ${hex}${ownEnd - box.bodyAt > maxHexBytes ? '...' : ''}`
}
