import { type AudioTrack, ticksPerSecond } from '@sluice/codecs/frame'
import { type OpusHead, opusPacketSamples, opusSampleRate, writeOpusHead } from '@sluice/codecs/opus'
import { readTrack } from '@sluice/codecs/track'
import type { TsCounters } from '../demux/counters.ts'
import type { TsSink } from '../demux/sink.ts'
import type { PesPacket } from '../pes/pes-assembler.ts'
import type { ElementaryReader } from './elementary-reader.ts'
import { makeOpusAccessUnit, readOpusAccessUnit } from './opus-access-unit.ts'

/** Opus in PES packets: whole access units, each behind a control header. The time of those after the first is counted. */
export class OpusReader implements ElementaryReader {
  readonly #track: AudioTrack
  readonly #counters: TsCounters
  readonly #unit = makeOpusAccessUnit()
  #isAnnounced = false
  #nextPts = Number.NaN

  constructor(head: OpusHead, id: number, counters: TsCounters) {
    this.#track = readTrack('audio', id, 'opus', writeOpusHead(head))
    this.#counters = counters
  }

  push(pes: PesPacket, sink: TsSink): void {
    const b = pes.bytes.slice(pes.at, pes.end) // the frames' own memory from here on
    const base = Number.isNaN(pes.pts90k) ? this.#nextPts : pes.pts90k
    let samples = 0
    for (let at = 0; at < b.length; at = this.#unit.endAt) {
      if (!readOpusAccessUnit(b, at, this.#unit)) {
        this.#counters.damagedFrames++
        break
      }
      const bytes = b.subarray(this.#unit.payloadAt, this.#unit.endAt)
      const packetSamples = opusPacketSamples(bytes)
      const pts = base + Math.round((samples * ticksPerSecond) / opusSampleRate)
      samples += packetSamples
      if (packetSamples === 0 || Number.isNaN(pts)) this.#counters.droppedFrames++
      else this.#give(bytes, pts, sink)
    }
    this.#nextPts = base + Math.round((samples * ticksPerSecond) / opusSampleRate)
  }

  #give(bytes: Uint8Array, pts: number, sink: TsSink): void {
    if (!this.#isAnnounced) sink.onTrack(this.#track)
    this.#isAnnounced = true
    sink.onFrame({ track: this.#track, dts: pts, pts, isKey: true, bytes })
  }
}
