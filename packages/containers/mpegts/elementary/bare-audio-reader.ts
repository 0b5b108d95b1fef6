import { makeTsCounters } from '../demux/counters.ts'
import type { TsSink } from '../demux/sink.ts'
import type { PesPacket } from '../pes/pes-assembler.ts'
import type { ElementaryReader } from './elementary-reader.ts'
import { makeReader } from './make-reader.ts'

/** Audio with sync words of its own, outside of any container. */
export type BareAudioForm = 'adts' | 'mpegAudio' | 'ac3'

/** Cuts an audio stream without a container into frames, as one that lies in a transport stream is cut. */
export class BareAudioReader {
  readonly #reader: ElementaryReader
  #unsupported: string | null = null

  constructor(form: BareAudioForm) {
    this.#reader = makeReader(form, {
      descriptors: [],
      counters: makeTsCounters(),
      takeId: () => 0,
      onUnsupported: (name) => {
        this.#unsupported = name
      },
    })!
  }

  /** What the stream turned out to be, where that is not carried: `MP2 audio`. */
  get unsupported(): string | null {
    return this.#unsupported
  }

  /** Takes the next bytes. `pts90k`: of the first frame that begins in them; NaN: it follows the one before. */
  push(bytes: Uint8Array, pts90k: number, sink: TsSink): void {
    const pes: PesPacket = { bytes, at: 0, end: bytes.length, pts90k, dts90k: pts90k, isDamaged: false, soundEnd: bytes.length }
    this.#reader.push(pes, sink)
  }
}
