import type { MediaNote } from '@sluice/codecs/frame'
import type { FramerCounts } from '../packet/packet-framer.ts'
import type { TsCounters } from './counters.ts'
import type { TsSink } from './sink.ts'

/** A stream's name as the tables and readers have it (`MP2 audio`, `teletext`), taken apart: what kind of media, and the rest. */
function mediaOf(name: string): { readonly media: 'video' | 'audio' | 'data'; readonly codec: string } {
  const kind = /\b(video|audio)\b/.exec(name)?.[1]
  if (kind !== 'video' && kind !== 'audio') return { media: 'data', codec: name }
  return { media: kind, codec: name.replace(` ${kind}`, '') }
}

const pidName = (pid: number): string => `PID 0x${pid.toString(16)}`

/** Subject of the note on jumps of the continuity counter. */
export const missingPackets = 'packets are missing'

/** What goes wrong and is left out, by its counter. */
const broken: readonly (readonly [counter: keyof TsCounters | keyof FramerCounts, subject: string])[] = [
  ['transportErrors', 'packets marked as damaged'],
  ['badPackets', 'packets with an impossible header'],
  ['continuityErrors', missingPackets],
  ['crcErrors', 'program tables with a wrong checksum'],
  ['badSections', 'program tables that can’t be read'],
  ['badPesPackets', 'PES packets without a header'],
  ['oversizedPesPackets', 'frames above the memory limit'],
  ['syncLosses', 'bytes that are no MPEG-TS packets'],
]

/** So much without one packet, or packets without a program, is no start in mid-stream. */
const unreadableBytes = 32 * 1024
const unnamedPackets = 2000
/** Tables of DVB and ATSC, which say nothing of the media, are below this and at 0x1ffb. */
const firstFreePid = 0x20
const atscPid = 0x1ffb
const strangePackets = 100
const maxStrangePids = 64

type Look = {
  readonly counters: Readonly<TsCounters>
  readonly framer: Readonly<FramerCounts>
  readonly hasProgram: boolean
  readonly hasPrograms: boolean
}

/** Notes what a demuxer counts as left out: looked at after each push, so that packets cost nothing. */
export class LeftOut {
  readonly #isInSegments: boolean
  // bound: one entry a counter of the list above
  readonly #seen = new Map<string, number>()
  /** Packets of PIDs that no table names, by PID. Bounded: whoever counts up PIDs fills it once. */
  // bound: 64 PIDs, more are not counted
  readonly #strange = new Map<number, number>()
  #scrambledPid: number | null = null
  #scrambledName = ''
  // bound: 16 bytes
  #beginning: Uint8Array | null = null

  constructor(isInSegments: boolean) {
    this.#isInSegments = isInSegments
  }

  /** A packet of a PID that no table names. */
  noteStrange(pid: number): void {
    if (pid < firstFreePid || pid === atscPid) return
    const before = this.#strange.get(pid)
    if (before === undefined && this.#strange.size >= maxStrangePids) return
    this.#strange.set(pid, (before ?? 0) + 1)
  }

  noteScrambled(pid: number, name: string): void {
    this.#scrambledPid = pid
    this.#scrambledName = name
  }

  /** The first bytes of the stream, for the case that it is something else. */
  begin(bytes: Uint8Array): void {
    this.#beginning ??= bytes.slice(0, 16)
  }

  look({ counters, framer, hasProgram, hasPrograms }: Look, sink: TsSink): void {
    if (sink.onNote === undefined) return
    for (const [counter, subject] of broken) {
      if (counter === 'continuityErrors' && this.#isInSegments) continue
      const count = this.#rise(counter, counter in counters ? counters[counter as keyof TsCounters] : framer[counter as keyof FramerCounts])
      if (count > 0) sink.onNote({ code: 'broken-left-out', media: 'stream', subject, count })
    }
    const scrambled = this.#rise('scrambledPackets', counters.scrambledPackets)
    if (scrambled > 0 && this.#scrambledPid !== null) {
      sink.onNote({
        code: 'form-not-carried',
        media: mediaOf(this.#scrambledName).media,
        subject: `encrypted, ${pidName(this.#scrambledPid)}`,
        count: scrambled,
      })
    }
    const unknown = this.#unknown(counters.packets, framer.skippedBytes, hasProgram, hasPrograms)
    if (unknown !== null) sink.onNote({ code: 'container-unknown', media: 'stream', subject: unknown })
    if (hasProgram) this.#tellStrange(sink)
  }

  #unknown(packets: number, skippedBytes: number, hasProgram: boolean, hasPrograms: boolean): string | null {
    if (packets === 0) return skippedBytes < unreadableBytes ? null : `not MPEG-TS${guessOf(this.#beginning)}`
    if (hasProgram || packets < unnamedPackets) return null
    return hasPrograms ? null : 'MPEG-TS without a program table'
  }

  #tellStrange(sink: TsSink): void {
    for (const [pid, packets] of this.#strange) {
      if (packets < strangePackets) continue
      sink.onNote?.({ code: 'track-not-carried', media: 'data', subject: `${pidName(pid)}, which no program table names`, count: packets })
      this.#strange.set(pid, 0)
    }
  }

  #rise(counter: string, value: number): number {
    const before = this.#seen.get(counter) ?? 0
    if (value !== before) this.#seen.set(counter, value)
    return value - before
  }
}

const signatures: readonly (readonly [bytes: readonly number[], name: string])[] = [
  [[0x46, 0x4c, 0x56], 'FLV'],
  [[0x1a, 0x45, 0xdf, 0xa3], 'Matroska'],
  [[0x80, 0x21], 'RTP'],
  [[0x80, 0x60], 'RTP'],
  [[0x00, 0x00, 0x00, 0x01], 'bare video'],
  [[0xff, 0xf1], 'bare AAC'],
]

/** What it may be instead, by its first bytes. */
function guessOf(b: Uint8Array | null): string {
  if (b === null) return ''
  if (String.fromCharCode(...b.subarray(4, 8)) === 'ftyp') return ', but MP4'
  const found = signatures.find(([bytes]) => bytes.every((byte, i) => b[i] === byte))
  return found === undefined ? '' : `, but ${found[1]}`
}

/** A stream that is not carried, by the name of what it is. */
export function streamNote(name: string, pid: number, code?: MediaNote['code']): MediaNote {
  const { media, codec } = mediaOf(name)
  return { code: code ?? (media === 'data' ? 'data-not-carried' : 'codec-not-carried'), media, subject: `${codec}, ${pidName(pid)}` }
}
