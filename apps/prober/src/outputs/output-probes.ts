import { type Clock, isoTime, type Timer } from '@sluice/base/clock'
import { guardedLookup } from '@sluice/base/targets'
import type { OutputLook, OutputTarget } from '@sluice/contract/prober'
import { type Getter, openGetter } from '../http/index.ts'
import { lookAtHls } from './hls-look.ts'
import { lookAtRtmp } from './rtmp-look.ts'

const maxSockets = 8

export type OutputProbesParts = {
  readonly clock: Clock
  readonly tell: (look: OutputLook) => void
  readonly allowPrivateTargets: boolean
  readonly everyMs: number
}

type Probed = { readonly target: OutputTarget; readonly abort: AbortController; edge: string | null; timer: Timer | null }

/** Looks every while at the addresses where destinations play what outputs send them. Their answers are bytes of strangers. [PRB-01] */
export class OutputProbes {
  readonly #parts: OutputProbesParts
  readonly #getter: Getter
  // bound: one an output of the targets, which control bounds
  readonly #outputs = new Map<string, Probed>()

  constructor(parts: OutputProbesParts) {
    this.#parts = parts
    this.#getter = openGetter({ clock: parts.clock, maxSockets, ...(parts.allowPrivateTargets ? {} : { lookup: guardedLookup }) })
  }

  setTargets(targets: readonly OutputTarget[]): void {
    const wanted = new Map(targets.map((target) => [target.outputId, target]))
    for (const [outputId, probed] of this.#outputs) if (wanted.get(outputId)?.url !== probed.target.url) this.#close(outputId, probed)
    for (const target of targets) {
      if (this.#outputs.has(target.outputId)) continue
      const probed: Probed = { target, abort: new AbortController(), edge: null, timer: null }
      this.#outputs.set(target.outputId, probed)
      void this.#look(probed)
    }
  }

  close(): void {
    for (const [outputId, probed] of this.#outputs) this.#close(outputId, probed)
    this.#getter.close()
  }

  #close(outputId: string, { abort, timer }: Probed): void {
    abort.abort()
    timer?.cancel()
    this.#outputs.delete(outputId)
  }

  async #look(probed: Probed): Promise<void> {
    const { clock, tell, allowPrivateTargets: allowPrivate, everyMs } = this.#parts
    const { url, outputId } = probed.target
    const { signal } = probed.abort
    const looked = /^rtmps?:/i.test(url)
      ? await lookAtRtmp(url, clock, allowPrivate, signal)
      : await lookAtHls(url, probed.edge, { getter: this.#getter, allowPrivate, signal, wallMs: clock.wallMs() })
    if (signal.aborted) return
    probed.edge = looked.edge ?? probed.edge
    const { seen, behindMs, fault } = looked
    tell({ type: 'output', outputId, at: isoTime(clock.wallMs()), seen, behindMs, fault })
    probed.timer = clock.after(everyMs, () => void this.#look(probed))
  }
}
