import type { Clock, Timer } from '@sluice/base/clock'
import { isInputRole, roleName } from '@sluice/base/words'
import type { EventDraft, RehearsalResult, SourceCommand } from '@sluice/contract/link'
import type { Programme, SourceActivation } from '@sluice/media/programme'

type Order = Extract<SourceCommand, { do: 'rehearse' }>

/** After the cut ends, so that its last effects are counted. */
const graceMs = 1000
/** From trigger to first frame a switch may take so long. */
const roomMs = 300

type Parts = {
  readonly channelId: string
  readonly clock: Clock
  readonly programme: Programme
  /** Reconnects of all outputs so far. */
  readonly reconnectsTotal: () => number
  /** Silence that counts as loss: no rehearsal can pass in less. */
  readonly triggerMs: () => number
  readonly onEvent: (draft: EventDraft) => void
}

/** Cuts the primary from inside for a while and judges what the switch makes of it. One at a time. */
export class Rehearsal {
  readonly #parts: Parts
  #running: { order: Order; startMs: number; reconnects: number; took: SourceActivation | null; timer: Timer } | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  start(order: Order): void {
    const { programme, clock, reconnectsTotal } = this.#parts
    const refusal = this.#refusal()
    if (refusal !== null) {
      const nothing = { activationMs: null, reconnects: 0, source: programme.source }
      this.#tell({ ...toResult(order), ...nothing, passed: false, message: refusal })
      return
    }
    const timer = clock.after(order.cutMs + graceMs, () => this.#finish())
    this.#running = { order, startMs: clock.nowMs(), reconnects: reconnectsTotal(), took: null, timer }
    const message = `Rehearsal: the primary is cut for ${order.cutMs / 1000} s`
    this.#parts.onEvent({ name: 'rehearsal.started', severity: 'info', ...this.#about, message, data: toResult(order) })
    programme.cut('primary', order.cutMs)
  }

  /** A switch has come to its end. */
  note(activation: SourceActivation): void {
    const running = this.#running
    if (running !== null && running.took === null && activation.from === 'primary') running.took = activation
  }

  close(): void {
    this.#running?.timer.cancel()
  }

  #refusal(): string | null {
    const { programme } = this.#parts
    if (this.#running !== null) return 'another rehearsal is running'
    return programme.source === 'primary' ? null : `the primary is not on air: the source is ${roleName(programme.source)}`
  }

  #finish(): void {
    const running = this.#running
    if (running === null) return
    this.#running = null
    const { order, startMs, took } = running
    const activationMs = took?.firstFrameMs == null || !isInputRole(took.to) ? null : Math.round(took.firstFrameMs - startMs)
    const reconnects = this.#parts.reconnectsTotal() - running.reconnects
    const passed = activationMs !== null && activationMs < order.limitMs && reconnects === 0
    const { source } = this.#parts.programme
    this.#tell({
      ...toResult(order),
      passed,
      activationMs,
      reconnects,
      source,
      message: this.#sentence(order, took, activationMs, reconnects),
    })
  }

  #sentence(order: Order, took: SourceActivation | null, activationMs: number | null, reconnects: number): string {
    if (took?.to === 'slate') return 'no backup was ready: the slate took over'
    if (activationMs === null) return 'nothing took over. Check that a backup is connected and the source is not locked'
    const timing = `the ${roleName(took?.to ?? '')} was on air ${activationMs} ms after the cut, limit ${order.limitMs} ms`
    const triggerMs = this.#parts.triggerMs()
    const room =
      activationMs >= order.limitMs && triggerMs + roomMs > order.limitMs
        ? `; the trigger of ${triggerMs} ms is too long for that limit: lower it`
        : ''
    return `${timing}${room}; ${reconnects === 0 ? 'no output reconnected' : `outputs reconnected ${reconnects} times`}`
  }

  #tell(result: RehearsalResult): void {
    const verdict = result.passed ? 'passed' : 'failed'
    const message = `Rehearsal ${verdict}: ${result.message}`
    const severity = result.passed ? 'info' : 'error'
    this.#parts.onEvent({ name: 'rehearsal.finished', severity, ...this.#about, message, data: result })
  }

  get #about(): { channelId: string; subjectId: null } {
    return { channelId: this.#parts.channelId, subjectId: null }
  }
}

const toResult = ({ rehearsalId, cutMs, limitMs }: Order): Pick<RehearsalResult, 'rehearsalId' | 'cutMs' | 'limitMs'> => ({
  rehearsalId,
  cutMs,
  limitMs,
})
