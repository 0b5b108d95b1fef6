import type { RtmpProtocol } from '../words/index.ts'
import type { SrtSettings } from './srt-parameters.ts'

/**
 * An address taken apart: the one reading of its text that everybody in Sluice shares. Frozen. `formatAddress` writes it as text again,
 * and that text reads back to the same object.
 */
export type Address = RtmpAddress | SrtAddress | WebAddress

type Place = {
  /** ASCII (punycode), lower case; IPv6 in its short form without brackets. '' for an SRT address that waits on all addresses. */
  readonly host: string
  /** As it was written; null: the scheme's own, see `portOf`. */
  readonly port: number | null
}

type Login = {
  /** Percent-decoded; null for none. */
  readonly user: string | null
  readonly password: string | null
}

export type RtmpAddress = Place &
  Login & {
    readonly scheme: RtmpProtocol
    /** Application and instance, and the stream where one was pasted with them, byte for byte; without slashes at its ends. */
    readonly path: string
    /** Byte for byte, without the question mark: far ends read it in ways of their own. */
    readonly query: string
  }

export type SrtAddress = Place & {
  readonly scheme: 'srt'
  /** All parameters by their names in lower case, values percent-decoded, in the order that they came in. */
  readonly parameters: Readonly<Record<string, string>>
  /** What the parameters mean. */
  readonly srt: Readonly<SrtSettings>
}

export type WebAddress = Place &
  Login & {
    readonly scheme: 'http' | 'https'
    /** Begins with a slash; as the URL standard writes it. */
    readonly path: string
    readonly query: string
  }

const defaultPorts = { rtmp: 1935, rtmps: 443, http: 80, https: 443 } as const

/** The port that is called. */
export const portOf = (address: Address): number => address.port ?? defaultPorts[address.scheme as keyof typeof defaultPorts]

export const isSrt = (address: Address): address is SrtAddress => address.scheme === 'srt'
export const isRtmp = (address: Address): address is RtmpAddress => address.scheme === 'rtmp' || address.scheme === 'rtmps'

/** Whether the address needs a port of this machine: it waits for a caller, or meets one. */
export const holdsLocalPort = (address: Address): boolean => isSrt(address) && address.srt.mode !== 'caller'
