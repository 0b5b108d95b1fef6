import { WireError } from '@sluice/base/errors'
import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { Pid, tsPacketBytes } from '../packet/constants.ts'
import { ContinuityCounters } from '../packet/continuity-counters.ts'
import { AudioGroup } from './audio-group.ts'
import { makeTrackWriter } from './make-track-writer.ts'
import { itemPackets, writeClockPacket, writeItem } from './packetizer.ts'
import { PcrScheduler } from './pcr-scheduler.ts'
import { type ItemClock, noClock, type PesItem } from './pes-item.ts'
import { PsiWriter } from './psi-writer.ts'
import type { TrackWriter } from './track-writer.ts'

export type TsMuxerOptions = {
  /** How far the program clock stands before the DTS of the latest stream: the time that a decoder may buffer. Default 200. */
  readonly pcrLeadMs?: number
  /** The clock is written at least this often while frames come. Default 40; the standard wants 100 or less. */
  readonly pcrPeriodMs?: number
  /** PAT and PMT are written at least this often, and before each video key frame. Default 100. */
  readonly psiPeriodMs?: number
  /** Audio frames are gathered into one PES packet up to this span: saves packets, costs as much latency. Default 0: each on its own. */
  readonly audioGroupMs?: number
}

/** What a muxer wrote since it began. */
export type TsMuxStats = {
  readonly packets: number
  readonly frames: number
  /** Frames left out: of a track that TS can't carry, or broken. */
  readonly skippedFrames: number
}

type Stream = { readonly pid: number; writer: TrackWriter; readonly group: AudioGroup | null }
type Planned = { readonly item: PesItem; readonly clock: ItemClock; readonly clockBefore90k: number }

const nothing = new Uint8Array(0)
const firstVideoPid = 0x100
const firstAudioPid = 0x110
/** Ids of each kind that have a PID. */
const maxTracksPerKind = 16
/** The length field of an audio PES packet must tell: header fields and payload in 16 bits. */
const maxAudioPayloadBytes = 0xffff - 13

/**
 * Tracks and frames in, one MPEG-TS program out. Timestamps are kept exactly, modulo 2^33. Pure: time is that of the frames.
 * One muxer serves any number of receivers, which may join at each key frame. Spec: ISO/IEC 13818-1
 */
export class TsMuxer {
  readonly #psiPeriodTicks: number
  readonly #audioGroupTicks: number
  readonly #counters = new ContinuityCounters()
  readonly #psi = new PsiWriter()
  readonly #pcr: PcrScheduler
  // bound: one a track of the programme
  readonly #streams: Stream[] = []
  /** Tracks that can't be carried, so that each of their frames is refused cheaply. */
  readonly #refused = new WeakSet<Track>()
  #pcrPid: number = Pid.null
  #lastPsiDts = Number.NaN
  #packets = 0
  #frames = 0
  #skippedFrames = 0

  constructor(options: TsMuxerOptions = {}) {
    this.#pcr = new PcrScheduler(options.pcrLeadMs ?? 200, options.pcrPeriodMs ?? 40)
    this.#psiPeriodTicks = (options.psiPeriodMs ?? 100) * ticksPerMs
    this.#audioGroupTicks = (options.audioGroupMs ?? 0) * ticksPerMs
  }

  /**
   * Announces a track, or a new configuration of one. Announce all that are known before the first frame, so that the first PMT
   * names them. False: TS can't carry it, see tsRefusal.
   */
  addTrack(track: Track): boolean {
    const old = this.#streams.find((stream) => isTrack(stream, track))
    if (old?.writer.track === track) return true
    const writer = this.#makeWriter(track)
    if (old !== undefined && old.writer.track.codec === writer?.track.codec) old.writer = writer
    else {
      this.removeTrack(track)
      if (writer !== null) this.#streams.push(this.#makeStream(writer))
    }
    this.#announce()
    return writer !== null
  }

  /** Takes a track out of the PMT; what waits of it is dropped. */
  removeTrack(track: Track): void {
    const at = this.#streams.findIndex((stream) => isTrack(stream, track))
    if (at < 0) return
    this.#streams.splice(at, 1)
    this.#announce()
  }

  /**
   * Writes one frame as whole 188-byte packets, with tables and clock where they are due: one fresh array. Empty when the frame
   * waits for its group, or is left out (counted). Frames come in the order of their DTS, near enough for the lead.
   */
  write(frame: Frame): Uint8Array {
    if (!this.addTrack(frame.track)) return this.#skip()
    const stream = this.#streams.find((one) => one.writer.track === frame.track)!
    const item = this.#makeItem(stream, frame)
    if (item === null) return this.#skip()
    this.#frames++
    const due = this.#streams.flatMap(({ group }) => (group?.isDue(frame.dts) && group !== stream.group ? group.take() : []))
    due.push(...(stream.group === null ? [item] : stream.group.offer(item, stream.writer.frameTicks)))
    return this.#writeItems(due, frame.track.kind === 'video' && frame.isKey)
  }

  /** Writes the audio frames that wait for their groups. */
  flush(): Uint8Array {
    return this.#writeItems(
      this.#streams.flatMap(({ group }) => group?.take() ?? []),
      false,
    )
  }

  stats(): TsMuxStats {
    return { packets: this.#packets, frames: this.#frames, skippedFrames: this.#skippedFrames }
  }

  #skip(): Uint8Array {
    this.#skippedFrames++
    return nothing
  }

  #makeWriter(track: Track): TrackWriter | null {
    if (track.id >= maxTracksPerKind || this.#refused.has(track)) return null
    try {
      return makeTrackWriter(track)
    } catch (err) {
      if (!(err instanceof WireError)) throw err
      this.#refused.add(track)
      return null
    }
  }

  #makeStream(writer: TrackWriter): Stream {
    const { kind, id } = writer.track
    const group = kind === 'audio' && writer.frameTicks > 0 && this.#audioGroupTicks > 0 ? new AudioGroup(this.#audioGroupTicks) : null
    return { pid: (kind === 'video' ? firstVideoPid : firstAudioPid) + id, writer, group }
  }

  /** Makes the PMT name the present streams. The clock goes with the first video, without video with the first audio. */
  #announce(): void {
    this.#streams.sort((a, b) => a.pid - b.pid) // video first: its PIDs are the lower ones
    this.#pcrPid = this.#streams[0]?.pid ?? Pid.null
    const entries = this.#streams.map(({ pid, writer }) => ({ pid, streamType: writer.streamType, descriptors: writer.descriptors }))
    if (this.#psi.setStreams(this.#pcrPid, entries)) this.#lastPsiDts = Number.NaN
  }

  #makeItem(stream: Stream, frame: Frame): PesItem | null {
    const pieces = stream.writer.pieces(frame)
    if (pieces === null) return null
    const payloadBytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
    const isVideo = frame.track.kind === 'video'
    if (!isVideo && payloadBytes > maxAudioPayloadBytes) return null
    return {
      pid: stream.pid,
      streamId: stream.writer.streamId,
      pieces,
      payloadBytes,
      pts: frame.pts,
      dts: frame.dts,
      isRandomAccess: isVideo ? frame.isKey : stream.pid === this.#pcrPid,
    }
  }

  #writeItems(items: readonly PesItem[], isVideoKey: boolean): Uint8Array {
    const first = items[0]
    if (first === undefined) return nothing
    const planned = items.map((item) => this.#plan(item))
    const hasPsi = isVideoKey || !(Math.abs(first.dts - this.#lastPsiDts) < this.#psiPeriodTicks) // NaN too: a new PMT
    if (hasPsi) this.#lastPsiDts = first.dts
    const packets = planned.reduce((sum, one) => sum + itemPackets(one.item, one.clock) + (Number.isNaN(one.clockBefore90k) ? 0 : 1), 0)
    const out = new Uint8Array(packets * tsPacketBytes + (hasPsi ? this.#psi.bytes : 0))
    let at = hasPsi ? this.#psi.write(out, 0, this.#counters) : 0
    for (const { item, clock, clockBefore90k } of planned) {
      if (!Number.isNaN(clockBefore90k)) at = writeClockPacket(out, at, this.#pcrPid, clockBefore90k, this.#counters)
      at = writeItem(out, at, item, clock, this.#counters)
    }
    this.#packets += at / tsPacketBytes
    return out
  }

  #plan(item: PesItem): Planned {
    if (item.pid === this.#pcrPid) return { item, clock: this.#pcr.next(item.dts), clockBefore90k: Number.NaN }
    return { item, clock: noClock, clockBefore90k: this.#pcr.nextBetween(item.dts) }
  }
}

const isTrack = ({ writer }: Stream, { kind, id }: Track): boolean => writer.track.kind === kind && writer.track.id === id
