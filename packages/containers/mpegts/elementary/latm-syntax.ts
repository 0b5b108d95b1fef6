import { equalBytes } from '@sluice/base/bytes'
import { readAacConfig } from '@sluice/codecs/aac'
import { BitReader } from '@sluice/codecs/bits'
import type { AudioTrack } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'
import type { AudioSyntax, AudioUnit } from './audio-syntax.ts'
import { bitPosition, type LatmConfig, readLatmConfig } from './latm-config.ts'

const loasHeaderBytes = 3

type State = LatmConfig & { readonly track: AudioTrack; readonly samples: number }

/**
 * AAC in LATM with LOAS sync words, as TS carries it under stream type 0x11. The payloads stand at any bit, so that each is
 * shifted into an array of its own. Spec: ISO/IEC 14496-3 §1.7.2, §1.7.3
 */
export class LatmSyntax implements AudioSyntax {
  readonly maxFrameBytes = loasHeaderBytes + 0x1fff
  refusal: string | null = null
  readonly #id: number
  #state: State | null = null

  constructor(id: number) {
    this.#id = id
  }

  frameBytes(b: Uint8Array, at: number): number {
    if (b[at] !== 0x56 || (at + 1 < b.length && (b[at + 1]! & 0xe0) !== 0xe0)) return -1
    return at + loasHeaderBytes > b.length ? 0 : loasHeaderBytes + (((b[at + 1]! & 0x1f) << 8) | b[at + 2]!)
  }

  /** Null: before the first configuration, or of a form that is not carried. */
  readFrame(b: Uint8Array): AudioUnit | null {
    const r = new BitReader(b, loasHeaderBytes)
    const usesSameConfig = r.readFlag()
    if (!usesSameConfig) this.#takeConfig(readLatmConfig(b, r))
    const state = this.#state
    if (state === null) return null
    const payloads: Uint8Array[] = []
    for (let i = 0; i < state.subFrames; i++) {
      const payloadBytes = state.fixedBytes || readPayloadBytes(r)
      const fromBit = bitPosition(b, r)
      r.skipBits(8 * payloadBytes)
      if (r.isShort) return null
      payloads.push(shiftBytes(b, fromBit, payloadBytes))
    }
    return { track: state.track, payloads, samples: state.samples, samplesPerSecond: state.track.sampleRate }
  }

  #takeConfig(config: LatmConfig | null): void {
    const old = this.#state
    this.refusal = config === null ? 'AAC in LATM with several programs or layers, or a channel layout of its own' : null
    if (config === null) {
      this.#state = null
      return
    }
    const isSame = old !== null && equalBytes(old.audioConfig, config.audioConfig)
    const track = isSame ? old.track : readTrack('audio', this.#id, 'aac', config.audioConfig)
    this.#state = { ...config, track, samples: isSame ? old.samples : readAacConfig(config.audioConfig).frameSamples }
  }
}

/** PayloadLengthInfo: bytes of 255 go on. Spec: ISO/IEC 14496-3 §1.7.3.1 */
function readPayloadBytes(r: BitReader): number {
  let bytes = 0
  for (;;) {
    const part = r.readBits(8)
    bytes += part
    if (part !== 255) return bytes
  }
}

/** `count` bytes from bit `fromBit` on. The caller has checked that they are there. */
function shiftBytes(b: Uint8Array, fromBit: number, count: number): Uint8Array {
  const at = fromBit >>> 3
  const shift = fromBit & 7
  if (shift === 0) return b.subarray(at, at + count)
  const out = new Uint8Array(count)
  for (let i = 0; i < count; i++) out[i] = (b[at + i]! << shift) | (b[at + i + 1]! >>> (8 - shift))
  return out
}
