import { ipUdpHeaderBytes } from '../constants.ts'
import { formatVersion } from '../packet/hs-extension.ts'
import type { Counters } from './counters.ts'
import type { KeyExchange } from './key-exchange.ts'
import type { Receiver } from './receiver.ts'
import type { RttEstimator } from './rtt.ts'
import type { Sender } from './sender.ts'
import type { SessionSettings } from './settings.ts'

/**
 * One connection's figures under libsrt's names and meanings: `...Total` since it began (bytes with IP, UDP and SRT headers),
 * the rest as of now; `ms` milliseconds, `mbps` megabits a second, `pkt` packets. The last block is ours.
 * Spec: Haivision/srt docs/API/statistics.md
 */
export type SrtStats = {
  msTimeStamp: number
  pktSentTotal: number
  pktRecvTotal: number
  pktSentUniqueTotal: number
  pktRecvUniqueTotal: number
  pktSndLossTotal: number
  pktRcvLossTotal: number
  pktRetransTotal: number
  pktRcvRetransTotal: number
  pktSentACKTotal: number
  pktRecvACKTotal: number
  pktSentNAKTotal: number
  pktRecvNAKTotal: number
  pktSndDropTotal: number
  pktRcvDropTotal: number
  pktRcvUndecryptTotal: number
  byteSentTotal: number
  byteRecvTotal: number
  byteSentUniqueTotal: number
  byteRecvUniqueTotal: number
  byteRcvLossTotal: number
  byteRetransTotal: number
  byteSndDropTotal: number
  byteRcvDropTotal: number
  byteRcvUndecryptTotal: number
  mbpsSendRate: number
  mbpsRecvRate: number
  usPktSndPeriod: number
  pktFlowWindow: number
  pktFlightSize: number
  msRTT: number
  mbpsBandwidth: number
  mbpsMaxBW: number
  byteMSS: number
  pktSndBuf: number
  byteSndBuf: number
  msSndBuf: number
  msSndTsbPdDelay: number
  byteAvailSndBuf: number
  pktRcvBuf: number
  byteRcvBuf: number
  msRcvBuf: number
  msRcvTsbPdDelay: number
  byteAvailRcvBuf: number
  pktReorderTolerance: number
  pktReorderDistance: number
  pktRcvAvgBelatedTime: number
  /** Packets that arrived after they were given up. */
  pktRcvBelatedTotal: number
  /** Second copies of packets that were there already. */
  pktRcvDuplicateTotal: number
  /** Packets that the receive buffer had no room for. */
  pktRcvOverflowTotal: number
  /** Originals that came out of order. */
  pktRcvReorderedTotal: number
  msRTTVar: number
  /** Of the last 10 s; null before the first measurement. */
  msRTTMin: number | null
  msRTTAvg: number | null
  msRTTP95: number | null
  /** Correction for the sender's clock so far; positive: it is slower than ours. */
  msDrift: number
  /** Milliseconds for which a gap is first taken for packets out of order. */
  msReorderTolerance: number
  kmState: 'unsecured' | 'secured'
  keyLengthBytes: number
  cipher: 'none' | 'ctr' | 'gcm'
  kmRefreshTotal: number
  peerVersion: string
}

/** What `makeStats` reads. */
export type StatsSource = {
  nowMs: number
  settings: SessionSettings
  counters: Counters
  rtt: RttEstimator
  receiver: Receiver
  sender: Sender
  keys: KeyExchange | null
  driftMs: number
}

/** A snapshot; a new object each time. */
export function makeStats(source: StatsSource): SrtStats {
  return { ...totals(source.counters), ...sendSide(source), ...receiveSide(source), ...ours(source) }
}

/** libsrt counts each packet with its IP and UDP headers. */
const onWire = (bytes: number, packets: number): number => bytes + packets * ipUdpHeaderBytes

function totals(c: Counters) {
  return {
    pktSentTotal: c.pktSent,
    pktRecvTotal: c.pktRecv,
    pktSentUniqueTotal: c.pktSentUnique,
    pktRecvUniqueTotal: c.pktRecvUnique,
    pktSndLossTotal: c.pktSndLoss,
    pktRcvLossTotal: c.pktRcvLoss,
    pktRetransTotal: c.pktRetrans,
    pktRcvRetransTotal: c.pktRcvRetrans,
    pktSentACKTotal: c.pktSentAck,
    pktRecvACKTotal: c.pktRecvAck,
    pktSentNAKTotal: c.pktSentNak,
    pktRecvNAKTotal: c.pktRecvNak,
    pktSndDropTotal: c.pktSndDrop,
    pktRcvDropTotal: c.pktRcvDrop,
    pktRcvUndecryptTotal: c.pktRcvUndecrypt,
    byteSentTotal: onWire(c.byteSent, c.pktSent),
    byteRecvTotal: onWire(c.byteRecv, c.pktRecv),
    byteSentUniqueTotal: onWire(c.byteSentUnique, c.pktSentUnique),
    byteRecvUniqueTotal: onWire(c.byteRecvUnique, c.pktRecvUnique),
    byteRcvLossTotal: c.byteRcvLoss,
    byteRetransTotal: onWire(c.byteRetrans, c.pktRetrans),
    byteSndDropTotal: c.byteSndDrop,
    byteRcvDropTotal: c.byteRcvDrop,
    byteRcvUndecryptTotal: c.byteRcvUndecrypt,
    pktRcvBelatedTotal: c.pktRcvBelated,
    pktRcvDuplicateTotal: c.pktRcvDuplicate,
    pktRcvOverflowTotal: c.pktRcvOverflow,
    pktRcvReorderedTotal: c.pktRcvReordered,
    pktReorderDistance: c.reorderDistance,
    pktRcvAvgBelatedTime: c.pktRcvBelated === 0 ? 0 : c.belatedMs / c.pktRcvBelated,
  }
}

function sendSide({ nowMs, sender, settings }: StatsSource) {
  const buffered = sender.buffered()
  const packetBits = settings.mssBytes * 8
  return {
    mbpsSendRate: (sender.bytesPerS(nowMs) * 8) / 1e6,
    usPktSndPeriod: (packetBits * 1e6) / sender.paceBps,
    pktFlowWindow: sender.windowPackets,
    pktFlightSize: buffered.inFlight,
    mbpsMaxBW: sender.paceBps / 1e6,
    pktSndBuf: buffered.packets,
    byteSndBuf: buffered.bytes,
    msSndBuf: sender.queuedMs(nowMs),
    msSndTsbPdDelay: settings.sendLatencyMs,
    byteAvailSndBuf: buffered.freePackets * settings.mssBytes,
  }
}

function receiveSide({ nowMs, receiver, sender, settings }: StatsSource) {
  const buffered = receiver.buffered()
  const packetsPerS = receiver.packetsPerS(nowMs)
  const linkPacketsPerS = receiver.linkPacketsPerS || sender.linkPacketsPerS
  const toleranceMs = receiver.toleranceMs(nowMs)
  return {
    mbpsRecvRate: (receiver.bytesPerS(nowMs) * 8) / 1e6,
    mbpsBandwidth: (linkPacketsPerS * settings.mssBytes * 8) / 1e6,
    pktRcvBuf: buffered.packets,
    byteRcvBuf: buffered.bytes,
    msRcvBuf: buffered.spanMs,
    msRcvTsbPdDelay: settings.receiveLatencyMs,
    byteAvailRcvBuf: receiver.freePackets * settings.mssBytes,
    pktReorderTolerance: Math.ceil((toleranceMs * packetsPerS) / 1000),
    msReorderTolerance: toleranceMs,
  }
}

function ours({ nowMs, settings, rtt, keys, driftMs }: StatsSource) {
  const window = rtt.window(nowMs)
  return {
    msTimeStamp: nowMs - settings.startMs,
    byteMSS: settings.mssBytes,
    msRTT: rtt.rttMs,
    msRTTVar: rtt.varMs,
    msRTTMin: window?.minMs ?? null,
    msRTTAvg: window?.avgMs ?? null,
    msRTTP95: window?.p95Ms ?? null,
    msDrift: driftMs,
    kmState: keys === null ? ('unsecured' as const) : ('secured' as const),
    keyLengthBytes: keys?.keyLengthBytes ?? 0,
    cipher: keys?.sending.mode ?? ('none' as const),
    kmRefreshTotal: keys?.refreshes ?? 0,
    peerVersion: formatVersion(settings.peerVersion),
  }
}
