import { PolicyError } from '@sluice/base/errors'
import { passphraseBytes } from './crypto.ts'
import type { SrtTuning } from './options.ts'
import { type CipherMode, isKeyLength, type KeyLengthBytes } from './packet/key-material.ts'
import { maxStreamIdBytes } from './packet/text-extension.ts'

/** Who begins: we call, we wait for a caller, or both call each other. */
export type SrtUrlMode = 'caller' | 'listener' | 'rendezvous'

/** What an `srt://` URL says. `host` is '' for a listener on all addresses. */
export type SrtUrl = SrtTuning & {
  host: string
  port: number
  mode: SrtUrlMode
  streamId: string
  passphrase?: string | undefined
  keyLengthBytes?: KeyLengthBytes | undefined
  cipherMode?: CipherMode | undefined
  connectTimeoutMs?: number | undefined
}

type Setter = (url: SrtUrl, value: string) => void

const MAX_LATENCY_MS = 10_000

/** Parameters that mean something here, as libsrt's tools name them. Times are milliseconds. */
const PARAMETERS: Record<string, Setter> = {
  mode: (url, v) => {
    url.mode = oneOf('mode', v, ['caller', 'listener', 'rendezvous'])
  },
  streamid: (url, v) => {
    url.streamId = v
  },
  passphrase: (url, v) => {
    if (v !== '') url.passphrase = v
  },
  latency: (url, v) => {
    url.latencyMs = latency('latency', v)
  },
  rcvlatency: (url, v) => {
    url.latencyMs = latency('rcvlatency', v)
  },
  peerlatency: (url, v) => {
    url.peerLatencyMs = latency('peerlatency', v)
  },
  pbkeylen: (url, v) => {
    const bytes = Number(v)
    if (bytes === 0) return // libsrt: "as the far end wishes", which is AES-128
    if (!isKeyLength(bytes)) throw refused('pbkeylen', v, '16, 24 or 32')
    url.keyLengthBytes = bytes
  },
  cryptomode: (url, v) => {
    const mode = oneOf('cryptomode', v, ['0', '1', '2'])
    url.cipherMode = mode === '2' ? 'gcm' : 'ctr'
  },
  maxbw: (url, v) => {
    const bytesPerS = number('maxbw', v, -1, 1e10)
    if (bytesPerS > 0) url.maxBandwidthBps = bytesPerS * 8 // -1 and 0 leave the rate to the input
  },
  inputbw: (url, v) => {
    const bytesPerS = number('inputbw', v, 0, 1e10)
    if (bytesPerS > 0) url.inputBandwidthBps = bytesPerS * 8
  },
  oheadbw: (url, v) => {
    url.overheadPercent = number('oheadbw', v, 5, 100)
  },
  conntimeo: (url, v) => {
    url.connectTimeoutMs = number('conntimeo', v, 100, 60_000)
  },
  peeridletimeo: (url, v) => {
    url.idleTimeoutMs = number('peeridletimeo', v, 500, 60_000)
  },
  transtype: (_url, v) => {
    oneOf('transtype', v, ['live'])
  },
  congestion: (_url, v) => {
    oneOf('congestion', v, ['live'])
  },
  enforcedencryption: (_url, v) => {
    oneOf('enforcedencryption', v, ['1', 'true', 'yes', 'on'])
  },
  messageapi: (_url, v) => {
    oneOf('messageapi', v, ['1', 'true', 'yes', 'on'])
  },
}

/** Tuning of other programs that changes nothing on the wire, or that Sluice sets by itself: taken and passed over. */
const HARMLESS = new Set(
  'pkt_size payloadsize payload_size linger tlpktdrop nakreport tsbpd tsbpdmode ffs fc mss sndbuf rcvbuf send_buffer_size recv_buffer_size snddropdelay lossmaxttl ipttl iptos retransmitalgo minversion timeout blocking sender'.split(
    ' ',
  ),
)

/**
 * Reads `srt://host:port?mode=&streamid=&passphrase=&latency=&pbkeylen=...`; `latency` in milliseconds (ffmpeg alone takes
 * microseconds). A `#` in the query stays part of it, since people write `streamid=#!::r=name` as it is. Throws PolicyError,
 * whose message never holds a stream id or a passphrase.
 */
export function parseSrtUrl(text: string): SrtUrl {
  const parts = /^srt:\/\/(\[[0-9a-fA-F:.]+\]|[^:/?@\s]*):(\d+)\/?(?:\?(.*))?$/.exec(text)
  if (parts === null) throw new PolicyError('SRT_URL', 'url', 'srt://host:port?key=value', urlFault(text))
  const host = parts[1]!.replace(/^\[|\]$/g, '')
  const port = Number(parts[2])
  if (port < 1 || port > 65_535) throw refused('port', parts[2]!, '1 to 65535')
  const url: SrtUrl = { host, port, mode: host === '' ? 'listener' : 'caller', streamId: '' }
  for (const pair of (parts[3] ?? '').split('&')) {
    if (pair !== '') setParameter(url, pair)
  }
  checkUrl(url)
  return url
}

function setParameter(url: SrtUrl, pair: string): void {
  const at = pair.indexOf('=')
  const name = (at < 0 ? pair : pair.slice(0, at)).toLowerCase()
  const value = at < 0 ? '' : decode(pair.slice(at + 1))
  const set = PARAMETERS[name]
  if (set !== undefined) set(url, value)
  else if (name === 'packetfilter') throw refused(name, value, 'no packet filter: FEC is not supported, ARQ is')
  else if (name === 'groupconnect' || name === 'grouptype') throw refused(name, value, 'one link: bonding is not supported')
  else if (!HARMLESS.has(name)) {
    throw new PolicyError('SRT_URL_PARAMETER', name, Object.keys(PARAMETERS).join(', '), `"${name}" is no parameter of an srt:// URL here`)
  }
}

function checkUrl(url: SrtUrl): void {
  if (url.host === '' && url.mode !== 'listener') throw refused('mode', url.mode, 'listener when the URL has no host')
  const streamIdBytes = new TextEncoder().encode(url.streamId).length
  if (streamIdBytes > maxStreamIdBytes) throw refused('streamid', `${streamIdBytes} bytes`, `at most ${maxStreamIdBytes} bytes`)
  if (url.passphrase === undefined) return
  const bytes = new TextEncoder().encode(url.passphrase).length
  const { min, max } = passphraseBytes
  if (bytes < min || bytes > max) throw refused('passphrase', `${bytes} bytes`, `${min} to ${max} bytes`)
}

function latency(name: string, value: string): number {
  const ms = number(name, value, 0, Number.MAX_SAFE_INTEGER)
  if (ms <= MAX_LATENCY_MS) return ms
  const hint = ms >= 20_000 ? `; ${ms} looks like ffmpeg's microseconds, that is ${Math.round(ms / 1000)} ms` : ''
  throw refused(name, value, `0 to ${MAX_LATENCY_MS} milliseconds${hint}`)
}

function number(name: string, value: string, low: number, high: number): number {
  const found = Number(value)
  if (value === '' || !Number.isFinite(found) || found < low || found > high) throw refused(name, value, `a number from ${low} to ${high}`)
  return found
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value)
  if (found === undefined) throw refused(name, value, allowed.join(' or '))
  return found
}

function refused(field: string, found: string, expected: string): PolicyError {
  return new PolicyError('SRT_URL_PARAMETER', field, expected, `${field} is "${found}", not ${expected}`)
}

function urlFault(text: string): string {
  if (!text.startsWith('srt://')) return 'the URL does not begin with srt://'
  if (text.slice(6).split('?')[0]!.includes('@')) return 'the URL has a user name or password; SRT knows streamid and passphrase'
  return 'the URL has no port: srt://host:port is needed'
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value // a bare % in a stream id
  }
}
