import { ContinuityOfPid, tableOf } from './ts-tables.ts'

/** One PES packet: 90 kHz times, null without. */
export type Pes = {
  readonly pid: number
  readonly payload: Uint8Array
  readonly pts: number | null
  readonly dts?: number | null
  readonly pcr?: number
}

const packetBytes = 188
const pmtPid = 0x1000
const h264Type = 0x1b

/** Writes a transport stream with one H.264 stream at `pid`, packet by packet as told: what no muxer would write. */
export function makeTs(packets: readonly Pes[]): Uint8Array {
  const counters = new ContinuityOfPid()
  const out: Uint8Array[] = []
  for (const [i, pes] of packets.entries()) {
    if (i % 4 === 0) {
      out.push(tableOf(0, [0, 1, 0xe0 | (pmtPid >> 8), pmtPid & 0xff], counters, 0))
      const stream = [h264Type, 0xe0 | (pes.pid >> 8), pes.pid & 0xff, 0xf0, 0]
      out.push(tableOf(2, [0xe0 | (pes.pid >> 8), pes.pid & 0xff, 0xf0, 0, ...stream], counters, pmtPid))
    }
    out.push(...writePes(pes, counters))
  }
  return Buffer.concat(out)
}

function writePes({ pid, payload, pts, dts = null, pcr }: Pes, counters: ContinuityOfPid): Uint8Array[] {
  const times = pts === null ? [] : dts === null || dts === pts ? [...timeBytes(2, pts)] : [...timeBytes(3, pts), ...timeBytes(1, dts)]
  const flags = pts === null ? 0 : dts === null || dts === pts ? 0x80 : 0xc0
  const bytes = Buffer.concat([Buffer.from([0, 0, 1, 0xe0, 0, 0, 0x80, flags, times.length, ...times]), payload])
  const out: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const clock = at === 0 && pcr !== undefined ? [0x10, ...pcrBytes(pcr)] : []
    const room = packetBytes - 4 - (clock.length === 0 ? 0 : clock.length + 1)
    const part = bytes.subarray(at, at + room)
    const fill = room - part.length
    const packet = Buffer.alloc(packetBytes, 0xff)
    const hasField = clock.length > 0 || fill > 0
    packet.set([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, (hasField ? 0x30 : 0x10) | counters.next(pid)])
    if (hasField) {
      const fieldBytes = packetBytes - 4 - part.length - 1
      packet[4] = fieldBytes
      if (fieldBytes > 0) packet.set(clock.length > 0 ? clock : [0], 5)
    }
    packet.set(part, packetBytes - part.length)
    out.push(packet)
    at += room
  }
  return out
}

/** Spec: ISO/IEC 13818-1 §2.4.3.7 */
const timeBytes = (mark: number, ticks: number): number[] => [
  (mark << 4) | (Math.floor(ticks / 2 ** 29) & 14) | 1,
  (ticks >>> 22) & 0xff,
  ((ticks >>> 14) & 0xfe) | 1,
  (ticks >>> 7) & 0xff,
  ((ticks << 1) & 0xfe) | 1,
]

/** Spec: ISO/IEC 13818-1 §2.4.3.5 */
const pcrBytes = (ticks: number): number[] =>
  [ticks >>> 25, ticks >>> 17, ticks >>> 9, ticks >>> 1, ((ticks & 1) << 7) | 0x7e, 0].map((one) => one & 0xff)
