import { equalBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { type AacConfig, type AdtsHeader, readAacConfig, readAdtsHeader, readProgramElement, writeAacConfig } from '@sluice/codecs/aac'
import { type AudioTrack, type CodedPacket, type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'
import type { OnNote } from './notes.ts'

type Out = { readonly onTrack: (track: AudioTrack) => void; readonly onFrame: (frame: Frame) => void; readonly onNote: OnNote }

/** Packets without any configuration that are no accident of the start: half a second of AAC. */
const missingConfigPackets = 25
const samplesPerBlock = 1024
/** The longest body has fewer frames; what is behind them is left out. */
const maxFrames = 64

/** One AAC track: bare frames under its configuration, wherever that comes from. */
export class AacLane {
  readonly #out: Out
  #track: AudioTrack | null = null
  /** As the demuxer gave it, and what it says. */
  #given: AudioTrack | null = null
  #config: AacConfig | null = null
  /** The header that `#track` was made of, where its frames bring one. */
  #headerKey = ''
  #untold = 0

  constructor(out: Out) {
    this.#out = out
  }

  putTrack(track: AudioTrack): void {
    if (track === this.#given) return
    this.#given = track
    this.#config = readConfig(track)
    this.#headerKey = ''
    this.#use(track)
  }

  putFrame(frame: Frame): void {
    const given = frame.track as AudioTrack
    if (given !== this.#given) this.putTrack(given)
    if (startsWithAdts(frame.bytes)) this.#split(given.id, frame)
    else if (frame.track === this.#track) this.#out.onFrame(frame)
    else this.#out.onFrame({ ...frame, track: this.#track! })
  }

  /** Takes a payload from before there was a configuration. */
  putPacket(packet: CodedPacket): void {
    if (startsWithAdts(packet.bytes)) this.#split(packet.id, packet)
    else if (this.#track !== null)
      this.#out.onFrame({ track: this.#track, dts: packet.dts, pts: packet.pts, isKey: true, bytes: packet.bytes })
    else if (++this.#untold >= missingConfigPackets) this.#out.onNote({ code: 'config-missing', media: 'audio', subject: 'AAC' })
  }

  /** One or more ADTS frames, each as a frame of its own without its header. */
  #split(id: number, { dts, bytes }: Pick<Frame, 'dts' | 'bytes'>): void {
    let at = 0
    for (let i = 0; at < bytes.length && i < maxFrames; i++) {
      const header = readHeader(bytes, at)
      if (header === null || at + header.frameBytes > bytes.length) {
        this.#out.onNote({ code: 'broken-left-out', media: 'audio', subject: 'AAC frame with a broken ADTS header' })
        return
      }
      const block = bytes.subarray(at + header.headerBytes, at + header.frameBytes)
      at += header.frameBytes
      const track = this.#trackOf(id, header, block)
      if (track === null || block.length === 0) continue
      const time = dts + Math.round((i * samplesPerBlock * ticksPerSecond) / header.sampleRate)
      this.#out.onFrame({ track, dts: time, pts: time, isKey: true, bytes: block })
    }
  }

  /** Null: the form is one that is not carried. */
  #trackOf(id: number, header: AdtsHeader, block: Uint8Array): AudioTrack | null {
    if (header.blocks !== 1) {
      this.#out.onNote({ code: 'form-not-carried', media: 'audio', subject: 'AAC with several blocks a frame' })
      return null
    }
    const { objectType, sampleRate, channelConfig } = header
    const config = this.#config
    // SBR and PS are signalled in the configuration alone: its core says what the headers say.
    const isSame = config !== null && config.coreSampleRate === sampleRate && config.channelConfig === channelConfig
    if (isSame) return this.#track
    const headerKey = `${objectType} ${sampleRate} ${channelConfig}`
    if (headerKey === this.#headerKey && this.#track !== null) return this.#track
    const element = channelConfig === 0 ? readProgramElement(block) : null
    if (channelConfig === 0 && element === null) {
      this.#out.onNote({ code: 'config-missing', media: 'audio', subject: 'AAC' })
      return null
    }
    this.#headerKey = headerKey
    this.#out.onNote({ code: 'config-recovered', media: 'audio', subject: 'AAC' })
    const record = writeAacConfig({ objectType, sampleRate, channelConfig, program: element?.program ?? null })
    if (this.#track === null || !equalBytes(this.#track.config, record)) this.#use(readTrack('audio', id, 'aac', record))
    return this.#track
  }

  #use(track: AudioTrack): void {
    this.#track = track
    this.#untold = 0
    this.#out.onTrack(track)
  }
}

/** The sync word: a raw data block would say by it that it is empty. Spec: ISO/IEC 14496-3 §1.A.2.2.1 */
const startsWithAdts = (b: Uint8Array): boolean => b.length > 7 && b[0] === 0xff && (b[1]! & 0xf6) === 0xf0

function readHeader(b: Uint8Array, at: number): AdtsHeader | null {
  try {
    return readAdtsHeader(b, at)
  } catch (err) {
    if (!(err instanceof WireError)) throw err
    return null
  }
}

function readConfig(track: AudioTrack): AacConfig | null {
  try {
    return readAacConfig(track.config)
  } catch (err) {
    if (!(err instanceof WireError)) throw err
    return null
  }
}
