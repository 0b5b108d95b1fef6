import type { PictureSyntax, Slice } from '@sluice/codecs/access-unit'
import { type LengthBytes, nalLength } from '@sluice/codecs/nal'

/** One picture, or a piece of one, within length-prefixed NAL units: the bytes from `at` to `end`. */
export type PicturePart = {
  at: number
  end: number
  readonly first: Slice
  last: Slice
  slices: number
  /** Both fields of the frame are in it. */
  hasBothFields: boolean
}

export type PictureScan = {
  readonly parts: readonly PicturePart[]
  /** Units behind the last slice that can only begin the next picture, from here on; else the length. */
  readonly tailAt: number
  /** Nothing that stands before a picture is in it: filler, suffix SEI, end of sequence. */
  readonly isSuffixOnly: boolean
  /** Parameter sets that stand in it. */
  readonly sets: readonly Uint8Array[]
}

/** Shared by nearly all scans. */
const noSets: readonly Uint8Array[] = []

/**
 * Tells the pictures in the sound NAL units `b` apart. Within one message a slice that is not its picture's first belongs to the
 * picture before it; between messages the caller asks `relation`. Never throws. Spec: ITU-T H.264 §7.4.1.2.3, H.265 §7.4.2.4.4
 */
export function scanPictures(b: Uint8Array, lengthBytes: LengthBytes, syntax: PictureSyntax): PictureScan {
  const { video } = syntax
  const parts: PicturePart[] = []
  let sets = noSets
  let part: PicturePart | null = null
  let hasPrefix = false
  /** Where the units begin that stand before the next slice; -1: none since the last one. */
  let prefixAt = -1
  let isPrefixOfNext = false
  for (let at = 0; at + lengthBytes < b.length; ) {
    const start = at + lengthBytes
    const end = start + nalLength(b, at, lengthBytes)
    if (end > b.length) break
    const place = end === start ? 'suffix' : video.place(b, start)
    if (place === 'prefix') {
      hasPrefix = true
      const unit = b.subarray(start, end)
      const isSet = video.parameterSet(unit) !== null
      if (isSet) sets = [...sets, unit]
      if (part !== null && prefixAt < 0) {
        prefixAt = at
        isPrefixOfNext = isSet || video.isDelimiter(unit)
      }
    } else if (place === 'slice') {
      if (part === null || syntax.isFirstSlice(b, start)) {
        const slice = syntax.readSlice(b, start, end)
        const relation = part === null ? 'other-picture' : syntax.relation(part.last, slice)
        if (part === null || relation === 'other-picture') {
          if (part !== null) part.end = prefixAt >= 0 ? prefixAt : at
          part = { at: part === null ? 0 : part.end, end: b.length, first: slice, last: slice, slices: 0, hasBothFields: false }
          parts.push(part)
        } else if (relation === 'second-field') {
          part.hasBothFields = true
          part.last = slice
        }
      }
      part.slices++
      prefixAt = -1
    } else if (place === 'part') prefixAt = -1
    at = end
  }
  const tailAt = part !== null && prefixAt >= 0 && isPrefixOfNext ? prefixAt : b.length
  if (part !== null) part.end = tailAt
  return { parts, tailAt, isSuffixOnly: !hasPrefix && part === null, sets }
}
