import { defaultMssBytes } from './constants.ts'
import type { LocalTerms } from './handshake/terms.ts'
import { defaultKeyRefresh, type KeyRefresh } from './session/key-exchange.ts'
import { defaultOverheadPercent } from './session/pacer.ts'
import type { Delivery } from './session/receiver.ts'
import type { SessionTuning } from './session/settings.ts'

/** libsrt's default latency for live streams, in milliseconds. Spec: draft-sharabayko-srt-01 §4.4 */
const defaultLatencyMs = 120

/** Settings of a connection that either side of a handshake has; all have defaults. */
export type SrtTuning = {
  /** Least latency as receiver, and what is granted to the peer's receiver; the larger wish of both sides counts. Default 120. */
  latencyMs?: number | undefined
  /** Overrides `latencyMs` for what is sent. */
  peerLatencyMs?: number | undefined
  /** A peer may not ask for a longer one: it costs memory. Default 10,000. */
  maxLatencyMs?: number | undefined
  /** Without a packet from the peer for so long the connection ends. Default 5000. */
  idleTimeoutMs?: number | undefined
  /** Default `tsbpd`: at the sender's pace. `asap` saves the latency when the next hop has a buffer of its own. */
  delivery?: Delivery | undefined
  /** Bounds of the buffers, in packets; memory follows use. Default 16,384 each: 2 s at 86 Mbit/s. */
  receiveBufferPackets?: number | undefined
  sendBufferPackets?: number | undefined
  /** Fixed rate limit, retransmissions included. Default: none, the rate follows the input. */
  maxBandwidthBps?: number | undefined
  /** The input rate, if known; else it is measured. */
  inputBandwidthBps?: number | undefined
  /** Room for retransmissions above the input. Default 25. */
  overheadPercent?: number | undefined
  keyRefresh?: KeyRefresh | undefined
}

const DEFAULT_MAX_LATENCY_MS = 10_000
const DEFAULT_IDLE_TIMEOUT_MS = 5_000
const DEFAULT_BUFFER_PACKETS = 16_384

/** What is said in the handshake. */
export function localTerms(tuning: SrtTuning): LocalTerms {
  const latencyMs = tuning.latencyMs ?? defaultLatencyMs
  const receiveBufferPackets = tuning.receiveBufferPackets ?? DEFAULT_BUFFER_PACKETS
  return {
    receiveLatencyMs: Math.round(latencyMs),
    sendLatencyMs: Math.round(tuning.peerLatencyMs ?? latencyMs),
    maxLatencyMs: tuning.maxLatencyMs ?? DEFAULT_MAX_LATENCY_MS,
    flowWindowPackets: receiveBufferPackets,
    mssBytes: defaultMssBytes,
  }
}

/** What the session is told. */
export function sessionTuning(tuning: SrtTuning): SessionTuning {
  return {
    receiveBufferPackets: tuning.receiveBufferPackets ?? DEFAULT_BUFFER_PACKETS,
    sendBufferPackets: tuning.sendBufferPackets ?? DEFAULT_BUFFER_PACKETS,
    idleTimeoutMs: tuning.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
    delivery: tuning.delivery ?? 'tsbpd',
    maxBps: tuning.maxBandwidthBps,
    inputBps: tuning.inputBandwidthBps,
    overheadPercent: tuning.overheadPercent ?? defaultOverheadPercent,
  }
}

/** When the sender's key changes. */
export const keyRefreshOf = (tuning: SrtTuning): KeyRefresh => tuning.keyRefresh ?? defaultKeyRefresh
