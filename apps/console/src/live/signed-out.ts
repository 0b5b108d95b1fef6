/**
 * A session that ended while somebody works. Calls that were refused for it wait here until the dialog has signed in again, and are sent
 * once more: what was typed stays, and the action goes on. Before anybody was signed in nothing waits.
 */
export class SignedOut {
  // bound: one a mounted component that listens
  readonly #listeners = new Set<() => void>()
  #isOpen = false
  #settled = Promise.withResolvers<boolean>()
  #renewal: Promise<void> = Promise.resolve()
  /** Whether a page stands behind, which is worth keeping. */
  #isArmed = false

  readonly isOpen = (): boolean => this.#isOpen

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  arm(isSignedIn: boolean): void {
    this.#isArmed = isSignedIn
  }

  /** Runs a call that ends the session and brings the next one: what is refused meanwhile says nothing. */
  async renew<T>(work: Promise<T>): Promise<T> {
    this.#renewal = work.then(
      () => {},
      () => {},
    )
    return work
  }

  /**
   * Opens the dialog, unless `isSignedIn` finds that there is a session after all. True: there is one now. False: nobody signs in, or there was
   * no page to keep.
   */
  async ask(isSignedIn: () => Promise<boolean>): Promise<boolean> {
    if (!this.#isArmed) return false
    await this.#renewal
    if (this.#isOpen) return this.#settled.promise
    if (await isSignedIn()) return true
    this.#set(true)
    return this.#settled.promise
  }

  /** The dialog is done: what waits goes on, or is refused. */
  settle(isSignedIn: boolean): void {
    this.#settled.resolve(isSignedIn)
    this.#settled = Promise.withResolvers()
    this.#set(false)
  }

  #set(isOpen: boolean): void {
    if (this.#isOpen === isOpen) return
    this.#isOpen = isOpen
    for (const listener of this.#listeners) listener()
  }
}

/** One for the page: there is one cookie. */
export const signedOut = new SignedOut()
