import type { RungSpec } from '@sluice/contract/link'

/** Who dies so often in so long with a session in hardware is tried without. A driver may end the process, or hang it, and says nothing of it. */
const deathsOfDriver = 2
const windowMs = 60_000

/** As the child says it of one rung, too. */
export const encoderChanged = 'ENCODER_CHANGED'
export const isInHardware = ({ spec }: { readonly spec: RungSpec }): boolean => spec.video?.encoder !== undefined

/** Whether hardware may be what ends the children of a show. Pure. */
export class DriverSuspect {
  // bound: `deathsOfDriver`, the oldest go
  #deathsMs: number[] = []
  #loss: string | null = null

  /** Why no rung of this show is encoded in hardware any more; null: they may be. */
  get loss(): string | null {
    return this.#loss
  }

  /** A child with sessions in hardware has died. True: the next one goes without. */
  noteDeath(nowMs: number, reason: string): boolean {
    if (this.#loss !== null) return false
    this.#deathsMs = [...this.#deathsMs, nowMs].slice(-deathsOfDriver)
    if (this.#deathsMs.length < deathsOfDriver || nowMs - this.#deathsMs[0]! > windowMs) return false
    this.#loss = `the processor encodes it: the encoder died twice within a minute (${reason})`
    return true
  }

  /** The show is over. */
  reset(): void {
    this.#deathsMs = []
    this.#loss = null
  }

  /** What the child is given of a rung. */
  specFor(spec: RungSpec): RungSpec {
    if (this.#loss === null || spec.video === null) return spec
    const { encoder: _, ...video } = spec.video
    return { ...spec, video }
  }
}
