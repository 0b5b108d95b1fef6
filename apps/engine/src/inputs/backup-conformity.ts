import type { Conformity } from '@sluice/contract/link'
import type { ChannelInput } from './channel-input.ts'
import { ConformityWatch } from './conformity.ts'

/** A backup whose verdict is a new one, with both inputs at hand right now or not. */
export type ConformityNews = { readonly input: ChannelInput; readonly conformity: Conformity }

/** Holds every backup of a channel against its primary, each with a verdict and an age of its own. */
export class BackupConformity {
  // bound: one an input of the channel, eight at most
  readonly #watches = new Map<string, ConformityWatch>()

  /** Looks at all of them, once a second. Gives what is new. */
  look(inputs: readonly ChannelInput[], nowMs: number, wallMs: number): ConformityNews[] {
    const primary = inputs.find((input) => input.role === 'primary')?.shape(nowMs) ?? null
    return inputs
      .filter((input) => input.role !== 'primary')
      .flatMap((input) => {
        const watch = this.#watchOf(input.inputId)
        return watch.look(primary, input.shape(nowMs), wallMs) ? [{ input, conformity: watch.current }] : []
      })
  }

  /** As `InputActual` has it: nothing for the primary. */
  actual({ inputId, role }: ChannelInput): { conformity?: Conformity } {
    return role === 'primary' ? {} : { conformity: this.#watchOf(inputId).current }
  }

  forget(inputId: string): void {
    this.#watches.delete(inputId)
  }

  /** Another input is the primary now: no verdict stands. */
  clear(): void {
    this.#watches.clear()
  }

  #watchOf(inputId: string): ConformityWatch {
    const watch = this.#watches.get(inputId) ?? new ConformityWatch()
    this.#watches.set(inputId, watch)
    return watch
  }
}
