/** What takes the payloads of one PID: PES or section assembly. */
export interface PayloadReceiver {
  /** The payload `b[at..end)` of one packet, good during the call; `isStuffed`: its adaptation field has fill. */
  push(b: Uint8Array, at: number, end: number, isUnitStart: boolean, isStuffed: boolean): void
  /** Packets are missing before the next push. */
  lose(): void
  /** True when `b[at..end)` is what was pushed last. */
  endsWith(b: Uint8Array, at: number, end: number): boolean
  /** The stream has ended. */
  flush(): void
  /** Gives memory back: the last call. */
  release(): void
}

/** What a continuity counter says of its packet. Spec: ISO/IEC 13818-1 §2.4.3.3 */
export type Continuity = 'next' | 'same' | 'lost'

/** One PID that the tables name: its receiver and what is counted of it. */
export class PidState {
  readonly pid: number
  /** For the operator: `H.264 video`, `PMT`. */
  name: string
  /** Null: known and not carried. */
  receiver: PayloadReceiver | null
  packets = 0
  continuityErrors = 0
  #counter = -1

  constructor(pid: number, name: string, receiver: PayloadReceiver | null) {
    this.pid = pid
    this.name = name
    this.receiver = receiver
  }

  /** Judges the counter (0..15, wraps) of a packet with payload. `mayJump`: the packet says that its counter starts anew. */
  observe(counter: number, mayJump: boolean): Continuity {
    const before = this.#counter
    this.#counter = counter
    if (before < 0 || mayJump || counter === ((before + 1) & 0x0f)) return 'next'
    return counter === before ? 'same' : 'lost'
  }
}
