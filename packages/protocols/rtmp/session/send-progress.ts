/**
 * Whether what we send is taken: bytes taken by the kernel, acknowledged by the server. Pure; the owner counts what it hands to the
 * socket and tells what it sees, from time to time and not at each write. Times are on the owner's monotonic scale.
 */
export class SendProgress {
  #flushedBytes = 0
  #underWayBytes = 0
  #ackedBytes = 0
  #lastAckAtMs: number | null = null
  #lastProgressAtMs: number

  constructor(nowMs: number) {
    this.#lastProgressAtMs = nowMs
  }

  /** As the server counts: servers count the handshake or not, and round. */
  get ackedBytes(): number {
    return this.#ackedBytes
  }

  get lastAckAtMs(): number | null {
    return this.#lastAckAtMs
  }

  /** When an acknowledgement came, or the kernel was last seen to take bytes. */
  get lastProgressAtMs(): number {
    return this.#lastProgressAtMs
  }

  /** `flushedBytes`: handed to the socket and not waiting, a write that the kernel has taken in part still waits. `underWayBytes`: what is left of that one. */
  onQueueSeen(flushedBytes: number, underWayBytes: number, nowMs: number): void {
    if (flushedBytes === this.#flushedBytes && underWayBytes === this.#underWayBytes) return
    this.#flushedBytes = flushedBytes
    this.#underWayBytes = underWayBytes
    this.#lastProgressAtMs = nowMs
  }

  /** `receivedBytes` as the server counts, unwrapped. */
  onAcknowledged(receivedBytes: number, nowMs: number): void {
    this.#ackedBytes = receivedBytes
    this.#lastAckAtMs = nowMs
    this.#lastProgressAtMs = nowMs
  }

  /** The session is ready: from here on silence counts. */
  restart(nowMs: number): void {
    this.#lastProgressAtMs = nowMs
  }
}
