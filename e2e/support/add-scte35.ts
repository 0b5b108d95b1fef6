import { sectionCrc } from './ts-tables.ts'

const packetBytes = 188
const pmtPid = 0x1000
const splicePid = 0x1f0

/** Something that a stream announces: when, on its own clock of 90 kHz, and where in its bytes that is said, 0 to 1. */
export type Splice = { readonly pts: number; readonly isOut: boolean; readonly durationTicks?: number; readonly saidAt: number }

/** A transport stream of ffmpeg's with a stream of SCTE-35 more: no encoder at hand makes one. */
export function addScte35(ts: Buffer, splices: readonly Splice[]): Buffer {
  const out: Buffer[] = []
  const left = splices.toSorted((a, b) => a.saidAt - b.saidAt)
  let count = 0
  for (let at = 0; at < ts.length; at += packetBytes) {
    const packet = ts.subarray(at, at + packetBytes)
    const pid = ((packet[1]! & 0x1f) << 8) | packet[2]!
    const isTable = pid === pmtPid && (packet[1]! & 0x40) !== 0
    out.push(isTable ? withStream(packet) : packet)
    for (; left[0] !== undefined && at / ts.length >= left[0].saidAt; left.shift()) out.push(sectionPacket(left[0], count++))
  }
  return Buffer.concat(out)
}

/** The program map with the stream in it. Spec: ISO/IEC 13818-1 §2.4.4.8, SCTE 35 §8.1 */
function withStream(packet: Buffer): Buffer {
  const start = 5 + packet[4]!
  const end = start + 3 + (((packet[start + 1]! & 0x0f) << 8) | packet[start + 2]!)
  const section = [...packet.subarray(start, end - 4), 0x86, 0xe0 | (splicePid >> 8), splicePid & 0xff, 0xf0, 0]
  const length = section.length - 3 + 4
  section[1] = 0xb0 | (length >> 8)
  section[2] = length & 0xff
  return packetOf(packet.subarray(0, start), section)
}

/** A splice_insert. Spec: SCTE 35 §9.7.3 */
function sectionPacket({ pts, isOut, durationTicks }: Splice, count: number): Buffer {
  const flags = (isOut ? 0x80 : 0) | 0x40 | (durationTicks === undefined ? 0 : 0x20) | 0x0f
  const command = [0, 0, 0, 1, 0x7f, flags, ...ticks33(pts), ...(durationTicks === undefined ? [] : ticks33(durationTicks)), 0, 1, 1, 1]
  // Protocol version, no encryption and no adjustment, control word: all zero. Then the tier.
  const body = [0, 0, 0, 0, 0, 0, 0, 0xff, 0xf0 | (command.length >> 8), command.length & 0xff, 5, ...command, 0, 0]
  const length = body.length + 4
  const section = [0xfc, 0x30 | (length >> 8), length & 0xff, ...body]
  const head = Buffer.from([0x47, 0x40 | (splicePid >> 8), splicePid & 0xff, 0x10 | (count & 15), 0])
  return packetOf(head, section)
}

/** A flag, six reserved bits and 33 bits of time. */
const ticks33 = (ticks: number): number[] => [0xfe | Math.floor(ticks / 2 ** 32), ...[24, 16, 8, 0].map((shift) => (ticks >>> shift) & 255)]

function packetOf(head: Uint8Array, section: readonly number[]): Buffer {
  const packet = Buffer.alloc(packetBytes, 0xff)
  packet.set(head)
  packet.set(section, head.length)
  packet.writeUInt32BE(sectionCrc(section), head.length + section.length)
  return packet
}
