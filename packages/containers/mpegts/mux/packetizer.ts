import { type AdaptationFlags, adaptationBytes, writeAdaptationField } from '../packet/adaptation-field.ts'
import { tsHeaderBytes, tsPacketBytes, tsPayloadBytes } from '../packet/constants.ts'
import type { ContinuityCounters } from '../packet/continuity-counters.ts'
import { writeTsHeader } from '../packet/ts-header.ts'
import { writePesHeader, writtenPesHeaderBytes } from '../pes/pes-header.ts'
import type { ItemClock, PesItem } from './pes-item.ts'

const noFlags: AdaptationFlags = { hasDiscontinuity: false, isRandomAccess: false, pcr90k: Number.NaN }

/** Transport packets that `item` takes, its clock included. */
export function itemPackets(item: PesItem, clock: ItemClock): number {
  const pesBytes = writtenPesHeaderBytes(item.pts, item.dts) + item.payloadBytes
  const afterFirst = pesBytes - (tsPayloadBytes - adaptationBytes(flagsOf(item, clock)))
  return 1 + Math.max(0, Math.ceil(afterFirst / tsPayloadBytes))
}

/**
 * Writes `item` as whole packets into `out` from `at`, the last one stuffed; says the index behind them. The caller has made
 * room by itemPackets.
 */
export function writeItem(out: Uint8Array, at: number, item: PesItem, clock: ItemClock, counters: ContinuityCounters): number {
  const headerBytes = writtenPesHeaderBytes(item.pts, item.dts)
  const cursor = new PieceCursor(item.pieces)
  let leftBytes = headerBytes + item.payloadBytes
  let packetAt = at
  for (let isFirst = true; leftBytes > 0; isFirst = false) {
    const flags = isFirst ? flagsOf(item, clock) : noFlags
    const roomBytes = tsPayloadBytes - adaptationBytes(flags)
    const bodyBytes = Math.min(roomBytes, leftBytes)
    const bodyAt = packetAt + tsPacketBytes - bodyBytes
    const fieldBytes = tsPayloadBytes - bodyBytes
    writeTsHeader(out, packetAt, item.pid, isFirst, fieldBytes > 0 ? 3 : 1, counters.next(item.pid))
    if (fieldBytes > 0) writeAdaptationField(out, packetAt + tsHeaderBytes, fieldBytes, flags)
    const from = isFirst ? writePesHeader(out, bodyAt, item.streamId, item.pts, item.dts, item.payloadBytes) : bodyAt
    cursor.copyInto(out, from, packetAt + tsPacketBytes)
    leftBytes -= bodyBytes
    packetAt += tsPacketBytes
  }
  return packetAt
}

/** Writes a packet that carries the clock alone; says the index behind it. */
export function writeClockPacket(out: Uint8Array, at: number, pid: number, pcr90k: number, counters: ContinuityCounters): number {
  writeTsHeader(out, at, pid, false, 2, counters.last(pid))
  writeAdaptationField(out, at + tsHeaderBytes, tsPayloadBytes, { ...noFlags, pcr90k })
  return at + tsPacketBytes
}

const flagsOf = (item: PesItem, clock: ItemClock): AdaptationFlags => ({ ...clock, isRandomAccess: item.isRandomAccess })

/** Goes once through pieces of bytes as if they were one array. */
class PieceCursor {
  readonly #pieces: readonly Uint8Array[]
  #index = 0
  #offset = 0

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces
  }

  /** Fills `out[from..end)`; the pieces hold that much. */
  copyInto(out: Uint8Array, from: number, end: number): void {
    let at = from
    while (at < end) {
      const piece = this.#pieces[this.#index]!
      const bytes = Math.min(piece.length - this.#offset, end - at)
      out.set(piece.subarray(this.#offset, this.#offset + bytes), at)
      at += bytes
      this.#offset += bytes
      if (this.#offset < piece.length) continue
      this.#index++
      this.#offset = 0
    }
  }
}
