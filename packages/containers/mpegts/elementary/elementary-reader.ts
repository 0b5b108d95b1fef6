import type { TsSink } from '../demux/sink.ts'
import type { PesPacket } from '../pes/pes-assembler.ts'

/** Turns the PES packets of one stream into tracks and frames. Never throws: damage is counted. */
export interface ElementaryReader {
  /** Takes one PES packet with unwrapped timestamps; copies what it keeps. */
  push(pes: PesPacket, sink: TsSink): void
}
