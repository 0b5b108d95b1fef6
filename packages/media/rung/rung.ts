import type { Clock } from '@sluice/base/clock'
import type { ProgrammeBus } from '../bus/index.ts'
import { FanOutSet } from '../output/index.ts'

/** The rung that every channel has: the programme as it came in. */
export const sourceRung = 'source'

/** One encoding of the programme: its bus, and the fan-outs of all that leaves in it. Whoever made the bus goes on owning it. */
export class Rung {
  readonly name: string
  readonly bus: ProgrammeBus
  readonly fanOuts: FanOutSet
  /** Of all that it gives, by whoever fills it; 0: not known, or the source, whose rate the channel has. */
  bytesPerSecond = 0
  /** There is a key frame of this show to begin with. Of encoded rungs: the channel knows it of the source. */
  canBegin = false
  /** The programme has media, and the encoder of this rung gives nothing of it. */
  lacksEncoder = false

  /** `gatherMs`: how long outputs that can wait may be gathered; absent: not at all. */
  constructor(name: string, bus: ProgrammeBus, clock: Clock, gatherMs?: number) {
    this.name = name
    this.bus = bus
    this.fanOuts = new FanOutSet(bus, clock, gatherMs)
  }

  close(): void {
    this.fanOuts.close()
  }
}
