import type { Clock } from '@sluice/base/clock'
import type { Frame } from '@sluice/codecs/frame'
import type { ProbeFault, ProbeFormat } from '@sluice/contract/prober'
import type { Getter } from './http/index.ts'
import type { Lag } from './lag.ts'
import type { Pace } from './pace.ts'

/** What all probes of a process share. */
export type ProbeParts = { readonly clock: Clock; readonly getter: Getter; readonly pace: Pace; readonly lag: Lag }

/** What one format of a channel showed since it was last asked. */
export type FormatLook = {
  readonly faults: readonly ProbeFault[]
  readonly isPlaying: boolean
  readonly latencyMs: number | null
  /** The same by the stamp in the picture; null: there is none. */
  readonly glassMs: number | null
  /** What a player keeps between the newest media and what it shows, less the piece that it comes in; null: not known. */
  readonly behindEdgeMs: number | null
}

/** One way in which viewers have a channel, played as they do. A further one is a further class of this shape. */
export type FormatProbe = {
  readonly format: ProbeFormat
  look(): FormatLook
  close(): void
}

/** Takes what a probe played, for those who decode it. */
export type TakeFrame = (frame: Frame) => void
