import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type TestCertificate, testCertificate } from '@sluice/testkit/certificates'
import type { RtmpSinkOptions, SinkBehaviour } from '@sluice/testkit/rtmp-sink'
import type { SrtSinkBehaviour } from '@sluice/testkit/srt-sink'
import { behaviourFlags } from './behaviour-flags.ts'

/** The command line is wrong: the message says how. */
export class UsageError extends Error {}

type Common = {
  readonly host: string
  readonly port: number
  readonly recordFile: string | null
  readonly isJson: boolean
  readonly behaviourWords: string
}
export type SinkOptions = Common &
  (
    | { readonly protocol: 'rtmp'; readonly behaviour: SinkBehaviour | 'no-answer'; readonly tls: RtmpSinkOptions['tls'] | null }
    | { readonly protocol: 'srt'; readonly behaviour: SrtSinkBehaviour; readonly passphrase: string | null }
  )

const usualPorts = { rtmp: 1940, rtmps: 1941, srt: 9940 } as const
type Scheme = keyof typeof usualPorts
const certificates: readonly string[] = ['good', 'expired', 'other-name'] satisfies TestCertificate[]

const plainFlags = {
  port: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  record: { type: 'string' },
  json: { type: 'boolean', default: false },
  tls: { type: 'string' },
  cert: { type: 'string' },
  'cert-key': { type: 'string' },
  'passphrase-file': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Reads the command line; null when it asks for help. Throws UsageError. Secrets come by file: others can see the process list. */
export function readSinkOptions(args: readonly string[]): SinkOptions | null {
  const { values, positionals } = parse(args)
  if (values.help === true) return null
  const scheme = positionals[0] ?? 'rtmp'
  if (positionals.length > 1) throw new UsageError(`'${positionals[1]}' is one argument too many: give only rtmp, rtmps or srt`)
  if (!isScheme(scheme)) throw new UsageError(`'${scheme}' is not rtmp, rtmps or srt`)
  const text = (name: string): string | null => (typeof values[name] === 'string' ? values[name] : null)
  const common = {
    host: text('host') ?? '127.0.0.1',
    port: readPort(text('port'), usualPorts[scheme]),
    recordFile: text('record'),
    isJson: values.json === true,
  }
  const [name, value] = chosenBehaviour(values)
  const flag = name === null ? null : behaviourFlags[name]!
  const behaviourWords = name === null ? 'accept' : `${name}${value === '' ? '' : ` ${value}`}`
  if (scheme === 'srt') {
    const behaviour = flag === null ? ({ type: 'accept' } as const) : checked(name, value, scheme, flag.srt?.(value))
    return { ...common, behaviourWords, protocol: 'srt', behaviour, passphrase: readPassphrase(text('passphrase-file')) }
  }
  const behaviour = flag === null ? ({ type: 'accept' } as const) : checked(name, value, scheme, flag.stream?.(value))
  return { ...common, behaviourWords, protocol: 'rtmp', behaviour, tls: scheme === 'rtmps' ? readTls(text) : null }
}

function parse(args: readonly string[]): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  const behaviours = Object.entries(behaviourFlags).map(
    ([name, { value }]) => [name, { type: value === null ? 'boolean' : 'string' }] as const,
  )
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...plainFlags, ...Object.fromEntries(behaviours) },
      allowPositionals: true,
    })
    return { values: values as Record<string, string | boolean | undefined>, positionals }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the flags cannot be read')
  }
}

function chosenBehaviour(values: Record<string, string | boolean | undefined>): [name: string | null, value: string] {
  const chosen = Object.keys(behaviourFlags).filter((name) => values[name] !== undefined && values[name] !== false)
  if (chosen.length > 1) throw new UsageError(`--${chosen.join(' and --')}: one behaviour at a time`)
  const [name = null] = chosen
  const value = name === null ? '' : values[name]
  return [name, typeof value === 'string' ? value : '']
}

function checked<B>(name: string | null, value: string, scheme: Scheme, behaviour: B | null | undefined): B {
  if (behaviour === undefined) throw new UsageError(`--${name} is not available on an ${scheme} destination`)
  if (behaviour === null)
    throw new UsageError(`--${name} is '${value}': ${behaviourFlags[name ?? '']?.value} is expected (${behaviourFlags[name ?? '']?.about})`)
  return behaviour
}

function readPort(text: string | null, usual: number): number {
  const port = Number(text ?? usual)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`--port is '${text}', not a number 0..65535`)
  return port
}

function readTls(text: (name: string) => string | null): RtmpSinkOptions['tls'] {
  const [cert, key] = [text('cert'), text('cert-key')]
  if ((cert === null) !== (key === null)) throw new UsageError('--cert and --cert-key go together')
  if (cert !== null && key !== null) return { cert: readText(cert, 'cert'), key: readText(key, 'cert-key') }
  const name = text('tls') ?? 'good'
  if (name === 'plain') return 'plain'
  if (!certificates.includes(name)) throw new UsageError(`--tls is '${name}', not ${certificates.join(', ')} or plain`)
  return testCertificate(name as TestCertificate)
}

function readPassphrase(file: string | null): string | null {
  if (file === null) return null
  const passphrase = readText(file, 'passphrase-file').replace(/\r?\n$/, '')
  if (passphrase.length < 10 || passphrase.length > 79)
    throw new UsageError(`the passphrase has ${passphrase.length} characters, not 10 to 79`)
  return passphrase
}

function readText(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`--${flag}: ${error instanceof Error ? error.message : 'can not be read'}`)
  }
}

const isScheme = (text: string): text is Scheme => Object.hasOwn(usualPorts, text)

/** What `--help` shows. */
export function helpText(): string {
  const behaviours = Object.entries(behaviourFlags).map(
    ([name, { value, about }]) => `  ${`--${name}${value === null ? '' : ` <${value}>`}`.padEnd(26)}${about}`,
  )
  return `Usage: sluice sink [rtmp|rtmps|srt] [flags]

A test destination on this machine: it reports what it receives, and misbehaves on request. Stop it with Ctrl-C.

  --port <n>                0: any free one (rtmp ${usualPorts.rtmp}, rtmps ${usualPorts.rtmps}, srt ${usualPorts.srt})
  --host <address>          where to listen (127.0.0.1)
  --record <file>           write what comes: FLV, over SRT MPEG-TS
  --json                    a line of JSON for each report
  --tls <what>              rtmps: certificate good, expired, other-name (self-signed), or plain: no TLS at all
  --cert, --cert-key <file> rtmps: a certificate of your own, in PEM
  --passphrase-file <file>  srt: callers must have the passphrase in it

Behaviours, one at a time; seconds count from the accepted publish:
${behaviours.join('\n')}
`
}
