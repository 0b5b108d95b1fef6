import type { ChannelSpec } from '@sluice/contract/link'
import type { FanOutMember, FanOutSet, WireFormat, WireSink } from '@sluice/media/output'
import type { ChannelConsumer } from '../channel/index.ts'

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
export class Players implements ChannelConsumer {
  readonly #fanOuts: FanOutSet
  /** With the hash of the key that let each in. */
  // bound: one a connection that plays; the listener bounds connections
  readonly #players = new Map<Viewer, { readonly keyHash: string; readonly member: FanOutMember }>()
  // bound: the play tokens of the channel and one key an input
  #keyHashes: ReadonlySet<string> = new Set()
  #isClosed = false

  constructor(fanOuts: FanOutSet) {
    this.#fanOuts = fanOuts
  }

  get count(): number {
    return this.#players.size
  }

  /** A key that was replaced lets nobody watch any longer: whoever came by it is ended. */
  setSpec({ playTokenHashes, inputs }: Pick<ChannelSpec, 'playTokenHashes' | 'inputs'>): void {
    this.#keyHashes = new Set([...playTokenHashes, ...inputs.map(({ keyHash }) => keyHash)])
    for (const [viewer, { keyHash }] of this.#players) if (!this.#keyHashes.has(keyHash)) viewer.close(replaced)
  }

  /** A viewer that can't be written to gets nothing any more: it is ended, so that its player connects again. */
  tick(): boolean {
    for (const [viewer, { member }] of this.#players) if (member.isBroken) viewer.close(broken)
    return false
  }

  actual(): Record<string, never> {
    return {}
  }

  stats(): Record<string, never> {
    return {}
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
    this.#players.set(viewer, { keyHash, member })
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

const broken = 'a fault in Sluice ended it; the player can connect again'
const replaced = 'its playback key was replaced'
const removed = 'the channel was removed'
