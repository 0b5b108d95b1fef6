import { addressError, harmless } from './address-error.ts'

/** Who begins: we call, we wait for a caller, or both call each other. */
export type SrtAddressMode = 'caller' | 'listener' | 'rendezvous'

/** What the parameters of an `srt://` address mean. Absent: not said. */
export type SrtSettings = {
  mode: SrtAddressMode
  /** '' for none. */
  streamId: string
  passphrase?: string
  latencyMs?: number
  peerLatencyMs?: number
  keyLengthBytes?: 16 | 24 | 32
  cipherMode?: 'ctr' | 'gcm'
  maxBandwidthBps?: number
  inputBandwidthBps?: number
  overheadPercent?: number
  connectTimeoutMs?: number
  idleTimeoutMs?: number
}

/** UTF-8 bytes of a passphrase. Spec: Haivision/srt docs/API/API-socket-options.md, SRTO_PASSPHRASE */
const srtPassphraseBytes = { min: 10, max: 80 } as const
/** Spec: draft-sharabayko-srt-01 §3.2.1.3 */
const maxStreamIdBytes = 512
const maxLatencyMs = 10_000
/** Latencies from here on are meant for ffmpeg, which alone counts in microseconds. */
const microsecondsFrom = 20_000
const maxBytesPerS = 1e10

type Setter = (settings: SrtSettings, value: string, name: string) => void
const yes = ['1', 'true', 'yes', 'on'] as const

/** Parameters that mean something here, as libsrt's tools name them. Times are milliseconds. */
const setters: Readonly<Record<string, Setter>> = {
  mode: (s, v, name) => {
    s.mode = oneOf(name, v, ['caller', 'listener', 'rendezvous'])
  },
  streamid: (s, v, name) => {
    s.streamId = text(name, v, { min: 0, max: maxStreamIdBytes })
  },
  passphrase: (s, v, name) => {
    if (v !== '') s.passphrase = text(name, v, srtPassphraseBytes)
  },
  latency: (s, v, name) => {
    s.latencyMs = latency(name, v)
  },
  rcvlatency: (s, v, name) => {
    s.latencyMs = latency(name, v)
  },
  peerlatency: (s, v, name) => {
    s.peerLatencyMs = latency(name, v)
  },
  pbkeylen: (s, v, name) => {
    const word = oneOf(name, v, ['0', '16', '24', '32'])
    if (word !== '0') s.keyLengthBytes = Number(word) as 16 | 24 | 32 // libsrt's 0: "as the far end wishes", which is AES-128
  },
  cryptomode: (s, v, name) => {
    s.cipherMode = oneOf(name, v, ['0', '1', '2']) === '2' ? 'gcm' : 'ctr'
  },
  maxbw: (s, v, name) => {
    const bytesPerS = number(name, v, -1, maxBytesPerS)
    if (bytesPerS > 0) s.maxBandwidthBps = bytesPerS * 8 // -1 and 0 leave the rate to the input
  },
  inputbw: (s, v, name) => {
    const bytesPerS = number(name, v, 0, maxBytesPerS)
    if (bytesPerS > 0) s.inputBandwidthBps = bytesPerS * 8
  },
  oheadbw: (s, v, name) => {
    s.overheadPercent = number(name, v, 5, 100)
  },
  conntimeo: (s, v, name) => {
    s.connectTimeoutMs = number(name, v, 100, 60_000)
  },
  peeridletimeo: (s, v, name) => {
    s.idleTimeoutMs = number(name, v, 500, 60_000)
  },
  transtype: (_s, v, name) => void oneOf(name, v, ['live']),
  congestion: (_s, v, name) => void oneOf(name, v, ['live']),
  enforcedencryption: (_s, v, name) => void oneOf(name, v, yes),
  messageapi: (_s, v, name) => void oneOf(name, v, yes),
}

/** What Sluice lacks, with the reason that an operator reads. */
const lacking: Readonly<Record<string, string>> = {
  packetfilter: 'no packet filter: FEC is not supported, ARQ is',
  groupconnect: 'one link: bonding is not supported',
  grouptype: 'one link: bonding is not supported',
}

/** Tuning of other programs that changes nothing on the wire, or that Sluice sets by itself: taken and passed over. */
const tuning: ReadonlySet<string> = new Set(
  'pkt_size payloadsize payload_size linger tlpktdrop nakreport tsbpd tsbpdmode ffs fc mss sndbuf rcvbuf send_buffer_size recv_buffer_size snddropdelay lossmaxttl ipttl iptos retransmitalgo minversion timeout blocking sender'.split(
    ' ',
  ),
)

/**
 * Reads the query of an `srt://` address. `streamid=#!::r=name` may stand as it is, since people write it so. Each parameter may stand
 * there once, whatever its letters: programs differ in which of two they take. Throws PolicyError without any value that could be a secret.
 */
export function readSrtQuery(query: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [i, pair] of query.split('&').entries()) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = (at < 0 ? pair : pair.slice(0, at)).toLowerCase()
    requireKnown(name, at >= 0, i + 1)
    if (Object.hasOwn(parameters, name)) throw addressError(name, `${name} appears twice`, `${name} once`)
    const value = at < 0 ? '' : pair.slice(at + 1)
    // Other programs end the address at a '#': only a stream id may begin with one, where everybody writes it so.
    if (/#/.test(name === 'streamid' ? value.replace(/^#!::/, '') : value)) {
      throw addressError(name, `there is a '#' in ${name}: write %23 for it`, "'#' as %23")
    }
    parameters[name] = decode(name, value)
  }
  return parameters
}

/** What they mean. `hasHost` false: an address that can only wait for a caller. */
export function readSrtSettings(parameters: Readonly<Record<string, string>>, hasHost: boolean): SrtSettings {
  const settings: SrtSettings = { mode: hasHost ? 'caller' : 'listener', streamId: '' }
  for (const [name, value] of Object.entries(parameters)) {
    const set = setters[name]
    if (set !== undefined) set(settings, value, name)
    else if (!/^(-?[0-9]{1,12}|[0-9]{1,3}(\.[0-9]{1,3}){1,2}|true|false|yes|no|on|off)?$/.test(value)) {
      throw addressError(name, `${name} is ${harmless(value)}, not a number, yes or no`, 'a number, yes or no')
    }
  }
  if ('latency' in parameters && 'rcvlatency' in parameters) {
    throw addressError('latency', 'there are latency and rcvlatency, which mean the same', 'one of latency and rcvlatency')
  }
  if (!hasHost && settings.mode !== 'listener') {
    throw addressError('host', `there is no host, and the mode is ${settings.mode}`, 'a host to call, or mode=listener')
  }
  return settings
}

function requireKnown(name: string, hasValue: boolean, position: number): void {
  const lacks = lacking[name]
  if (lacks !== undefined) throw addressError(name, `${name} is set, and Sluice knows ${lacks}`, lacks)
  if (Object.hasOwn(setters, name) || tuning.has(name)) return
  const expected = Object.keys(setters).join(', ')
  // A name alone, or an odd one, may be a secret that lost its `passphrase=`.
  const said = hasValue && /^[a-z_]{1,16}$/.test(name) ? `'${name}'` : `parameter ${position} of the address`
  throw addressError('parameter', `${said} is not a known srt:// parameter; known are ${expected}`, expected)
}

function decode(name: string, value: string): string {
  try {
    const decoded = decodeURIComponent(value)
    if (!/\p{Cc}/u.test(decoded)) return decoded
  } catch {
    throw addressError(name, `${name} has a '%' without two hex digits behind it: write %25 for a percent sign`, 'percent signs as %25')
  }
  throw addressError(name, `${name} has a control character`, 'no control characters')
}

function text(name: string, value: string, { min, max }: { min: number; max: number }): string {
  const bytes = new TextEncoder().encode(value).length
  if (bytes >= min && bytes <= max) return value
  const expected = min === 0 ? `at most ${max}` : `${min} to ${max}`
  throw addressError(name, `the ${name} has ${bytes} bytes, not ${expected}`, `${expected} bytes`)
}

function latency(name: string, value: string): number {
  const ms = /^(0|[1-9][0-9]{0,14})$/.test(value) ? Number(value) : Number.NaN
  if (ms <= maxLatencyMs) return ms
  const hint = ms >= microsecondsFrom ? `; ffmpeg counts in microseconds, that is ${Math.round(ms / 1000)} here` : ''
  const expected = `0..${maxLatencyMs} milliseconds`
  throw addressError(name, `${name} is ${harmless(value)}, not ${expected}${hint}`, expected)
}

function number(name: string, value: string, low: number, high: number): number {
  const found = /^(0|-?[1-9][0-9]{0,14})$/.test(value) ? Number(value) : Number.NaN
  if (found >= low && found <= high) return found
  throw addressError(name, `${name} is ${harmless(value)}, not a number ${low}..${high}`, `a number ${low}..${high}`)
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value)
  if (found !== undefined) return found
  const expected = allowed.length < 2 ? allowed.join('') : `${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`
  throw addressError(name, `${name} is ${harmless(value)}, not ${expected}`, expected)
}
