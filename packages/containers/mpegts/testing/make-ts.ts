import { concatBytes } from '@sluice/base/bytes'
import { itemPackets, writeItem } from '../mux/packetizer.ts'
import { noClock } from '../mux/pes-item.ts'
import { tsPacketBytes } from '../packet/constants.ts'
import { ContinuityCounters } from '../packet/continuity-counters.ts'
import { writeTsHeader } from '../packet/ts-header.ts'
import { type PatProgram, writePat } from '../psi/pat.ts'
import { type Pmt, writePmt } from '../psi/pmt.ts'

/** Writes a transport stream by hand, packet by packet: what TsMuxer would not write. */
export class TsBuilder {
  readonly counters = new ContinuityCounters()
  #packets: Uint8Array[] = []
  #version = 0

  /** All that was written since the last call. */
  take(): Uint8Array {
    const out = concatBytes(this.#packets)
    this.#packets = []
    return out
  }

  pat(programs: readonly PatProgram[]): this {
    return this.section(0, writePat(1, this.#version++ & 31, programs))
  }

  pmt(pmtPid: number, pmt: Pick<Pmt, 'programNumber' | 'streams'>): this {
    const pcrPid = pmt.streams[0]?.pid ?? 0x1fff
    return this.section(pmtPid, writePmt({ pcrPid, descriptors: [], ...pmt }, this.#version++ & 31))
  }

  /** A section that fits one packet. */
  section(pid: number, section: Uint8Array): this {
    const packet = new Uint8Array(tsPacketBytes).fill(0xff)
    writeTsHeader(packet, 0, pid, true, 1, this.counters.next(pid))
    packet[4] = 0
    packet.set(section, 5)
    this.#packets.push(packet)
    return this
  }

  /** A PES packet with `payload`. */
  pes(pid: number, payload: Uint8Array, pts: number, dts = pts): this {
    const item = {
      pid,
      streamId: pid < 0x110 ? 0xe0 : 0xc0,
      pieces: [payload],
      payloadBytes: payload.length,
      pts,
      dts,
      isRandomAccess: false,
    }
    const out = new Uint8Array(itemPackets(item, noClock) * tsPacketBytes)
    writeItem(out, 0, item, noClock, this.counters)
    this.#packets.push(out)
    return this
  }
}

/** The packets of `ts`, as views. */
export function packetsOf(ts: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0; at < ts.length; at += tsPacketBytes) out.push(ts.subarray(at, at + tsPacketBytes))
  return out
}

export const pidOf = (packet: Uint8Array): number => ((packet[1]! & 0x1f) << 8) | packet[2]!
