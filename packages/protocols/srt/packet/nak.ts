import { readU32, writeU32 } from '@sluice/base/bytes'
import { seq31Diff } from '@sluice/base/serial'
import { ControlType, headerBytes } from '../constants.ts'
import { type ControlHeader, makeControlPacket } from './header.ts'

/** Lost packets `first` to `last`, both inclusive, 31 bits, may wrap. */
export type LossRange = { first: number; last: number }

const RANGE = 0x8000_0000

/**
 * NAKs for `ranges`, as many packets as `maxBodyBytes` asks for. A single loss is one word, a range two with the high bit
 * set in the first. Spec: draft-sharabayko-srt-01 §3.2.5, appendix A
 */
export function writeNaks(header: ControlHeader, ranges: readonly LossRange[], maxBodyBytes: number): Uint8Array[] {
  const packets: Uint8Array[] = []
  for (let next = 0; next < ranges.length; ) {
    let bodyBytes = 0
    let end = next
    for (; end < ranges.length; end++) {
      const bytes = ranges[end]!.first === ranges[end]!.last ? 4 : 8
      if (bodyBytes + bytes > maxBodyBytes) break
      bodyBytes += bytes
    }
    const b = makeControlPacket(ControlType.nak, header, bodyBytes)
    let at = headerBytes
    for (; next < end; next++) {
      const { first, last } = ranges[next]!
      if (first !== last) {
        writeU32(b, at, RANGE | first)
        at += 4
      }
      writeU32(b, at, last)
      at += 4
    }
    packets.push(b)
  }
  return packets
}

/** The losses of a NAK packet, in its order; null when it is empty, cut short in a range, or a range runs backwards. */
export function readNak(packet: Uint8Array): LossRange[] | null {
  const ranges: LossRange[] = []
  const end = packet.length & ~3
  for (let at = headerBytes; at < end; at += 4) {
    const word = readU32(packet, at)
    if (word < RANGE) {
      ranges.push({ first: word, last: word })
      continue
    }
    at += 4
    if (at >= end) return null
    const first = word & 0x7fff_ffff
    const last = readU32(packet, at)
    if (last >= RANGE || seq31Diff(first, last) < 0) return null
    ranges.push({ first, last })
  }
  return ranges.length === 0 ? null : ranges
}
