import { Pid, tsHeaderBytes, tsPacketBytes, tsPayloadBytes } from '../packet/constants.ts'
import type { ContinuityCounters } from '../packet/continuity-counters.ts'
import { writeTsHeader } from '../packet/ts-header.ts'
import { writePat } from '../psi/pat.ts'
import { type PmtStream, writePmt } from '../psi/pmt.ts'

const transportStreamId = 1
const programNumber = 1
/** PID of the only PMT: the one FFmpeg uses, so that tools show familiar numbers. */
const pmtPid = 0x1000

/** PAT and PMT of the one program that is written. */
export class PsiWriter {
  readonly #pat = writePat(transportStreamId, 0, [{ programNumber, pmtPid }])
  // bound: one section of 1021 bytes
  #pmt: Uint8Array = new Uint8Array(0)
  #version = -1
  #body = ''

  /** Bytes of both tables as packets. */
  get bytes(): number {
    return (packetsOf(this.#pat) + packetsOf(this.#pmt)) * tsPacketBytes
  }

  /** The streams from here on. True: they are others than before, and the PMT has a new version. */
  setStreams(pcrPid: number, streams: readonly PmtStream[]): boolean {
    const body = JSON.stringify([pcrPid, streams.map((one) => [one.pid, one.streamType, one.descriptors.map((d) => [d.tag, ...d.body])])])
    if (body === this.#body) return false
    this.#body = body
    this.#version = (this.#version + 1) & 0x1f
    this.#pmt = writePmt({ programNumber, pcrPid, descriptors: [], streams }, this.#version)
    return true
  }

  /** Writes both tables as packets into `out` from `at`; says the index behind them. */
  write(out: Uint8Array, at: number, counters: ContinuityCounters): number {
    return writeTable(out, writeTable(out, at, Pid.pat, this.#pat, counters), pmtPid, this.#pmt, counters)
  }
}

/** Packets of a section with its pointer field. */
const packetsOf = (section: Uint8Array): number => Math.ceil((1 + section.length) / tsPayloadBytes)

function writeTable(out: Uint8Array, from: number, pid: number, section: Uint8Array, counters: ContinuityCounters): number {
  const end = from + packetsOf(section) * tsPacketBytes
  let used = 0
  for (let at = from; at < end; at += tsPacketBytes) {
    const isFirst = at === from
    writeTsHeader(out, at, pid, isFirst, 1, counters.next(pid))
    let bodyAt = at + tsHeaderBytes
    if (isFirst) out[bodyAt++] = 0 // pointer field: the section starts right behind it
    const bytes = Math.min(at + tsPacketBytes - bodyAt, section.length - used)
    out.set(section.subarray(used, used + bytes), bodyAt)
    out.fill(0xff, bodyAt + bytes, at + tsPacketBytes)
    used += bytes
  }
  return end
}
