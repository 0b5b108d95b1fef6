import type { Conformity } from '@sluice/contract/link'
import type { ChannelInput } from './channel-input.ts'
import { ConformityMonitor } from './conformity.ts'

/** A backup whose verdict is a new one, with both inputs at hand right now or not. */
export type ConformityNews = { readonly input: ChannelInput; readonly conformity: Conformity }

/** Holds every backup of a channel against its primary, each with a verdict and an age of its own. */
export class BackupConformity {
  // bound: one an input of the channel, eight at most
  readonly #monitors = new Map<string, ConformityMonitor>()

  /** Looks at all of them, once a second. Gives what is new. */
  look(inputs: readonly ChannelInput[], nowMs: number, wallMs: number): ConformityNews[] {
    const primary = inputs.find((input) => input.role === 'primary')?.shape(nowMs) ?? null
    return inputs
      .filter((input) => input.role !== 'primary')
      .flatMap((input) => {
        const monitor = this.#monitorOf(input.inputId)
        return monitor.look(primary, input.shape(nowMs), wallMs) ? [{ input, conformity: monitor.current }] : []
      })
  }

  /** As `InputActual` has it: nothing for the primary. */
  actual({ inputId, role }: ChannelInput): { conformity?: Conformity } {
    return role === 'primary' ? {} : { conformity: this.#monitorOf(inputId).current }
  }

  forget(inputId: string): void {
    this.#monitors.delete(inputId)
  }

  /** Another input is the primary now: no verdict stands. */
  clear(): void {
    this.#monitors.clear()
  }

  #monitorOf(inputId: string): ConformityMonitor {
    const monitor = this.#monitors.get(inputId) ?? new ConformityMonitor()
    this.#monitors.set(inputId, monitor)
    return monitor
  }
}
