import type { FanOutSet, WireFormat, WireSink } from '@sluice/media/output'

/** One connection that watches, whatever its protocol: media goes to `sink` in the form of its wire. */
export type Viewer = {
  readonly sink: WireSink
  /** Viewers of the same wire key share one fan-out and its bytes. */
  readonly wireKey: string
  makeFormat(): WireFormat
  /** Called once, when the connection has ended by whatever side. */
  onEnd(run: () => void): void
  /** Ends the connection; `message` is for its log and, where the protocol has words, for the viewer. */
  close(message: string): void
}

/** A viewer may lag so far behind before it drops to the next key frame. */
const viewerQueueBytes = 4 * 1024 * 1024

/** Who pulls the programme of one channel over RTMP or SRT. A viewer goes with its connection, with the key that let it in, and with the channel. */
export class Players {
  readonly #fanOuts: FanOutSet
  /** By the hash of the key that let each in. */
  // bound: one a connection that plays; the listener bounds connections
  readonly #players = new Map<Viewer, string>()
  // bound: the play tokens of the channel and one key an input
  #keyHashes: ReadonlySet<string> = new Set()
  #isClosed = false

  constructor(fanOuts: FanOutSet) {
    this.#fanOuts = fanOuts
  }

  get count(): number {
    return this.#players.size
  }

  /** The keys that let somebody watch from now on: whoever came by another one is ended. */
  setKeys(keyHashes: ReadonlySet<string>): void {
    this.#keyHashes = keyHashes
    for (const [viewer, keyHash] of this.#players) if (!keyHashes.has(keyHash)) viewer.close(replaced)
  }

  /**
   * Lets a viewer in: it joins the fan-out of its wire as an output does, without the state machine around it. Between the answer to it
   * and its connection the channel or its key may have gone: then it is ended at once.
   */
  feed(viewer: Viewer, keyHash: string): void {
    if (this.#isClosed || !this.#keyHashes.has(keyHash)) {
      viewer.close(this.#isClosed ? removed : replaced)
      return
    }
    const fanOut = this.#fanOuts.get(viewer.wireKey, () => viewer.makeFormat())
    const member = fanOut.join(viewer.sink, viewerQueueBytes)
    this.#players.set(viewer, keyHash)
    viewer.onEnd(() => {
      this.#players.delete(viewer)
      fanOut.leave(member)
      this.#fanOuts.sweep()
    })
  }

  close(message: string): void {
    this.#isClosed = true
    for (const viewer of this.#players.keys()) viewer.close(message)
  }
}

const replaced = 'the key that let it watch was replaced'
const removed = 'the channel was removed'
