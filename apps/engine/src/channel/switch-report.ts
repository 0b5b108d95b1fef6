import { randomUUID } from 'node:crypto'
import type { Clock, Timer } from '@sluice/base/clock'
import type { OutputState } from '@sluice/base/words'
import type { EventDraft, SettledFigures, SwitchEffect, SwitchFigures } from '@sluice/contract/link'
import type { SourceActivation } from '@sluice/media/programme'

/** An output as far as a switch may do something to it. Totals since the start of the engine. */
export type OutputTally = {
  readonly outputId: string
  readonly state: OutputState
  readonly reconnectsTotal: number
  readonly framesDroppedTotal: number
}

/** So long after a switch its effect on the outputs is counted. */
const settleMs = 10_000

/** The times of a switch as measured, on the wall clock. `fps`: of the source that was left, 0 when unknown. Pure but for the clock's two readings. */
export function switchFigures(
  activation: SourceActivation,
  facts: { switchId: string; fps: number; triggerMs: number; clock: Clock },
): SwitchFigures {
  const { from, to, cause, atMs, lastFrameMs, firstFrameMs } = activation
  const { switchId, fps, triggerMs, clock } = facts
  const wallOf = (ms: number | null): string | null => (ms === null ? null : new Date(clock.wallMs() + ms - clock.nowMs()).toISOString())
  const activationMs = firstFrameMs === null || lastFrameMs === null ? null : firstFrameMs - lastFrameMs
  const frameMs = fps > 0 ? 1000 / fps : 0
  return {
    switchId,
    from,
    to,
    cause,
    lastPacketAt: wallOf(lastFrameMs),
    detectedAt: wallOf(atMs) ?? '',
    // Both inputs are warm: the new source is spliced in by the same turn of the loop that decided, unless it waits for a key frame.
    activatedAt: wallOf(firstFrameMs),
    firstFrameAt: wallOf(firstFrameMs),
    silenceMs: lastFrameMs === null ? null : Math.round(atMs - lastFrameMs),
    activationMs: activationMs === null ? null : Math.round(activationMs * 10) / 10,
    reactionMs: firstFrameMs === null ? null : Math.round((firstFrameMs - atMs) * 10) / 10,
    framesLost: activationMs === null || frameMs === 0 ? null : Math.max(0, Math.round(activationMs / frameMs) - 1),
    triggerMs,
  }
}

/** Looks, some seconds after each switch, what it did to the outputs, and tells it as one event. */
export class SwitchEffects {
  readonly #clock: Clock
  readonly #tally: () => readonly OutputTally[]
  readonly #onSettled: (figures: SettledFigures) => void
  // bound: one a switch of the last seconds; holds bound how often that is
  readonly #timers = new Set<Timer>()

  constructor(parts: { clock: Clock; tally: () => readonly OutputTally[]; onSettled: (figures: SettledFigures) => void }) {
    this.#clock = parts.clock
    this.#tally = parts.tally
    this.#onSettled = parts.onSettled
  }

  /** Counts from now on. Outputs that were not live are no witnesses. */
  follow(switchId: string): void {
    const before = new Map(this.#tally().map((output) => [output.outputId, output]))
    const witnesses = [...before.values()].filter((output) => output.state === 'live').map((output) => output.outputId)
    if (witnesses.length === 0) return
    const timer = this.#clock.after(settleMs, () => {
      this.#timers.delete(timer)
      const after = this.#tally().filter((output) => witnesses.includes(output.outputId))
      this.#onSettled({ switchId, outputs: after.map((output) => effectOn(before.get(output.outputId)!, output)) })
    })
    this.#timers.add(timer)
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel()
  }
}

const effectOn = (before: OutputTally, after: OutputTally): SwitchEffect => ({
  outputId: after.outputId,
  state: after.state,
  reconnects: after.reconnectsTotal - before.reconnectsTotal,
  framesDropped: after.framesDroppedTotal - before.framesDroppedTotal,
})

export const newSwitchId = (): string => randomUUID()

/** What a switch did to the outputs, as an event. */
export function settledEvent(channelId: string, figures: SettledFigures): EventDraft {
  const hurt = figures.outputs.filter((output) => output.reconnects > 0 || output.state !== 'live').length
  const count = figures.outputs.length
  const [all, some] = count === 1 ? ['the output', 'the output'] : [`all ${count} outputs`, `${hurt} of ${count} outputs`]
  return {
    name: 'source.settled',
    severity: hurt === 0 ? 'info' : 'warning',
    channelId,
    subjectId: null,
    message: hurt === 0 ? `The switch kept ${all} connected` : `The switch disturbed ${some}: reconnected or down`,
    data: { ...figures },
  }
}
