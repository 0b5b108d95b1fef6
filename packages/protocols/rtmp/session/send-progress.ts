/**
 * Whether what we send is taken: bytes handed to the socket, taken by the kernel, acknowledged by the server. Pure; the owner
 * tells what it sees. Times are on the owner's monotonic scale.
 */
export class SendProgress {
  #sentBytes = 0
  #flushedBytes = 0
  #underWayBytes = 0
  #ackedBytes = 0
  #lastAckAtMs: number | null = null
  #lastProgressAtMs: number

  constructor(nowMs: number) {
    this.#lastProgressAtMs = nowMs
  }

  get sentBytes(): number {
    return this.#sentBytes
  }

  /** Never more than was sent: servers count the handshake or not, and round. */
  get ackedBytes(): number {
    return Math.min(this.#ackedBytes, this.#sentBytes)
  }

  get lastAckAtMs(): number | null {
    return this.#lastAckAtMs
  }

  /** When an acknowledgement came, or the kernel was last seen to take bytes. */
  get lastProgressAtMs(): number {
    return this.#lastProgressAtMs
  }

  onSent(byteCount: number): void {
    this.#sentBytes += byteCount
  }

  /** `queuedBytes`: what waits, a write that the kernel has taken in part with its whole length. `underWayBytes`: what is left of that one. */
  onQueueSeen(queuedBytes: number, underWayBytes: number, nowMs: number): void {
    const flushedBytes = this.#sentBytes - queuedBytes
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
