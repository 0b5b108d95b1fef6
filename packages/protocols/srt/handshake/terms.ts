import {
  defaultMssBytes,
  ExtensionType,
  headerBytes,
  ipUdpHeaderBytes,
  minPeerVersion,
  ourFlags,
  ourVersion,
  SrtFlag,
} from '../constants.ts'
import { SrtRejectCode } from '../errors.ts'
import { findExtension, type Handshake } from '../packet/handshake.ts'
import { type HsExtension, readHsExtension, writeHsExtension } from '../packet/hs-extension.ts'
import { type KeyMaterial, readKeyMaterial } from '../packet/key-material.ts'
import { readTextExtension } from '../packet/text-extension.ts'

/** What this side wants. Latencies in milliseconds: as receiver, and the least it grants its peer's receiver. */
export type LocalTerms = {
  receiveLatencyMs: number
  sendLatencyMs: number
  maxLatencyMs: number
  flowWindowPackets: number
  mssBytes: number
}

/** What a peer's conclusion says, checked. `message`: the key material as it came, or null for a clear connection. */
export type PeerTerms = {
  hs: HsExtension
  streamId: string
  keys: { message: Uint8Array; material: KeyMaterial } | null
  initialSequence: number
  mssBytes: number
  flowWindowPackets: number
}

/** Smallest segment that carries one MPEG-TS packet. */
const MIN_MSS_BYTES = ipUdpHeaderBytes + headerBytes + 188

const refused = (reject: SrtRejectCode): { reject: SrtRejectCode } => ({ reject })

/** Reads what the initiator of a connection asks for, or says with which code it is refused. */
export function readRequestTerms(h: Handshake): PeerTerms | { reject: SrtRejectCode } {
  const base = readTerms(h, ExtensionType.hsReq)
  if ('reject' in base) return base
  const streamIdBlock = findExtension(h, ExtensionType.streamId)
  const streamId = streamIdBlock === null ? '' : readTextExtension(streamIdBlock)
  if (streamId === null) return refused(SrtRejectCode.badRequest)
  if (h.extensions.some((e) => e.type === ExtensionType.filter)) return refused(SrtRejectCode.filter)
  if (h.extensions.some((e) => e.type === ExtensionType.group)) return refused(SrtRejectCode.group)
  const message = findExtension(h, ExtensionType.kmReq)
  const material = message === null ? null : readKeyMaterial(message)
  if (message !== null && material === null) return refused(SrtRejectCode.rogue)
  const keys = message === null || material === null ? null : { message, material }
  return { ...base, streamId, keys }
}

/** Reads what the responder answered. Its key material is compared by the caller, byte for byte. */
export function readResponseTerms(h: Handshake): PeerTerms | { reject: SrtRejectCode } {
  const base = readTerms(h, ExtensionType.hsRsp)
  return 'reject' in base ? base : { ...base, streamId: '', keys: null }
}

type BaseTerms = Omit<PeerTerms, 'streamId' | 'keys'>

function readTerms(h: Handshake, hsType: ExtensionType): BaseTerms | { reject: SrtRejectCode } {
  if (h.version !== 5) return refused(SrtRejectCode.version)
  const block = findExtension(h, hsType)
  const hs = block === null ? null : readHsExtension(block)
  const isSane = h.initialSequence <= 0x7fff_ffff && h.mssBytes >= MIN_MSS_BYTES && h.flowWindowPackets >= 2
  if (hs === null || !isSane) return refused(SrtRejectCode.rogue)
  if (hs.version < minPeerVersion) return refused(SrtRejectCode.version)
  if ((hs.flags & SrtFlag.stream) !== 0) return refused(SrtRejectCode.messageApi)
  const congestion = findExtension(h, ExtensionType.congestion)
  if (congestion !== null && readTextExtension(congestion) !== 'live') return refused(SrtRejectCode.congestion)
  return {
    hs,
    initialSequence: h.initialSequence,
    mssBytes: Math.min(h.mssBytes, defaultMssBytes),
    flowWindowPackets: Math.min(h.flowWindowPackets, 0x7fff_ffff),
  }
}

/** The latencies of a connection, as this side sees them: the larger wish of each direction, within our bound. Spec: draft-sharabayko-srt-01 §4.4 */
export function agreeLatency(local: LocalTerms, peer: HsExtension): { receiveLatencyMs: number; sendLatencyMs: number } {
  return {
    receiveLatencyMs: Math.min(local.maxLatencyMs, Math.max(local.receiveLatencyMs, peer.sendLatencyMs)),
    sendLatencyMs: Math.max(local.sendLatencyMs, peer.receiveLatencyMs),
  }
}

/** The body of our HSREQ or HSRSP. */
export function writeOurHsExtension(latency: { receiveLatencyMs: number; sendLatencyMs: number }): Uint8Array {
  return writeHsExtension({ version: ourVersion, flags: ourFlags, ...latency })
}

/** An IP address as it travels in a handshake: 32-bit words with their bytes reversed. Spec: draft-sharabayko-srt-01 §3.2.1 */
export function addressField(address: string): Uint8Array {
  const field = new Uint8Array(16)
  const v4 = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  // Nobody acts on the field; for IPv6 it stays zero.
  if (v4 !== null) for (let i = 0; i < 4; i++) field[i] = Number(v4[4 - i])
  return field
}
