import type { Failure } from '@sluice/base/errors'
import type { OpenTransport, OutputConnection } from './transport.ts'

export type DialListener = { onReady(connection: OutputConnection): void; onClose(failure: Failure): void }

/** One opening of a far end. Its listener may change hands: a handover opens, the runner goes on with it. After `close` it is silent. */
export class Dial<Target> {
  /** What was dialled, with the rules of now. */
  target: Target
  listener: DialListener | null
  readonly #opening: { close(): void }

  constructor(open: OpenTransport<Target>, target: Target, listener: DialListener) {
    this.target = target
    this.listener = listener
    this.#opening = open(target, {
      onReady: (connection) => this.listener?.onReady(connection),
      onClose: (failure) => this.listener?.onClose(failure),
    })
  }

  /** Ends it at any stage, in good order where it was ready. */
  close(): void {
    this.listener = null
    this.#opening.close()
  }
}
