import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Looks with nothing on the air before memory is given back: a publisher that drops is often back within seconds. */
const quietLooks = 3

/**
 * Gives memory back once an engine has gone quiet. V8 collects when it needs room, not when there is time: without this an idle engine
 * keeps the garbage of its start, or of its last show. A full collection takes some 20 ms, which nobody is there to notice.
 */
export class IdleTrim {
  readonly #collect: () => void
  #looks = 0
  #hasWorked = true

  constructor(collect: () => void = collectAll) {
    this.#collect = collect
  }

  /** Called once a second. */
  look(isIdle: boolean): void {
    if (!isIdle) {
      this.#looks = 0
      this.#hasWorked = true
      return
    }
    if (!this.#hasWorked || ++this.#looks < quietLooks) return
    this.#hasWorked = false
    this.#looks = 0
    this.#collect()
  }
}

function collectAll(): void {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('gc')
  if (typeof gc === 'function') gc()
}
