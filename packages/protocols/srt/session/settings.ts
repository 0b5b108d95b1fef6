import type { SrtCloseReason } from '../errors.ts'
import type { Delivery } from './receiver.ts'

/** What a handshake agreed on, and what the owner set. Times in milliseconds on the owner's clock. */
export type SessionSettings = {
  localSocketId: number
  peerSocketId: number
  sendFirstSequence: number
  receiveFirstSequence: number
  /** Zero of our timestamps. */
  startMs: number
  /** Timestamp of the peer's first packet and its arrival: the zero of its clock. */
  peerTimestampUs: number
  peerArrivedAtMs: number
  receiveLatencyMs: number
  sendLatencyMs: number
  peerHasTooLateDrop: boolean
  peerVersion: number
  flowWindowPackets: number
  mssBytes: number
  /** A round trip seen in the handshake, or null. */
  rttMs: number | null
} & SessionTuning

/** The owner's choices that no handshake changes. */
export type SessionTuning = {
  receiveBufferPackets: number
  sendBufferPackets: number
  idleTimeoutMs: number
  delivery: Delivery
  maxBps?: number | undefined
  inputBps?: number | undefined
  overheadPercent: number
}

/** What a session says to its owner. `send` is done with the bytes when it returns. `ended`: the peer shut down; what is buffered still comes. */
export type SessionPorts = {
  send(packet: Uint8Array): void
  deliver(payload: Uint8Array, senderUs: number): void
  readEnd(): void
  ended(): void
  closed(reason: SrtCloseReason): void
}

/** `draining`: the peer shut down, the buffer plays out. `lingering`: we close, what is queued still goes out. */
export type SessionState = 'open' | 'draining' | 'lingering' | 'closed'
