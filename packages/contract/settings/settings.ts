import { parseHostPort, parseIpAddress } from '@sluice/base/address'
import { PolicyError } from '@sluice/base/errors'
import { parsePortRange } from './port-range.ts'

/** One setting: an environment variable and a flag of the same meaning. docs/settings.md is made from this list. */
export type Setting = {
  readonly env: `SLUICE_${string}`
  readonly flag: `--${string}`
  /** `hosts`: names and addresses with commas between. */
  readonly kind: 'port' | 'ports' | 'count' | 'text' | 'path' | 'switch' | 'secret' | 'hosts' | 'choice'
  readonly fallback: string | null
  readonly about: string
  /** Values of a `choice`. */
  readonly choices?: readonly string[]
  /** Lowest and highest of a `count`; 1..64 where absent. */
  readonly range?: readonly [low: number, high: number]
}

const port = (env: `SLUICE_${string}`, flag: `--${string}`, fallback: number, about: string) =>
  ({ env, flag, kind: 'port', fallback: String(fallback), about }) as const satisfies Setting

export const settings = {
  httpPort: port('SLUICE_HTTP_PORT', '--http-port', 8080, 'API, console and player pages (TCP)'),
  mediaHttpPort: port('SLUICE_MEDIA_HTTP_PORT', '--media-http-port', 8081, 'HLS playback (TCP)'),
  rtmpPort: port('SLUICE_RTMP_PORT', '--rtmp-port', 1935, 'RTMP ingest and play (TCP)'),
  rtmpsPort: port('SLUICE_RTMPS_PORT', '--rtmps-port', 1936, 'RTMPS ingest and play (TCP, TLS)'),
  srtPort: port('SLUICE_SRT_PORT', '--srt-port', 8890, 'SRT ingest (UDP)'),
  srtInputPorts: {
    env: 'SLUICE_SRT_INPUT_PORTS',
    flag: '--srt-input-ports',
    kind: 'ports',
    fallback: '8900-8999',
    about: 'UDP ports that inputs can have for themselves, for encoders without an SRT stream id; `off` for none',
  },
  host: {
    env: 'SLUICE_HOST',
    flag: '--host',
    kind: 'text',
    fallback: '::',
    about: 'address that all ports listen on; `::` is IPv4 and IPv6, and IPv4 alone on a machine without IPv6',
  },
  publicHosts: {
    env: 'SLUICE_PUBLIC_HOST',
    flag: '--public-host',
    kind: 'hosts',
    fallback: null,
    about:
      'host name or address that people, encoders and viewers use, several separated by commas: the first is the one shown. The console answers to these, to loopback and to the addresses of this machine',
  },
  publicMediaUrl: {
    env: 'SLUICE_PUBLIC_MEDIA_URL',
    flag: '--public-media-url',
    kind: 'text',
    fallback: null,
    about: 'where viewers reach HLS playback when a proxy is in front of it, `https://media.example`; else host and media port',
  },
  trustedProxies: {
    env: 'SLUICE_TRUSTED_PROXIES',
    flag: '--trusted-proxies',
    kind: 'text',
    fallback: null,
    about:
      'reverse proxies and CDNs whose X-Forwarded headers count, on 8080 and 8081: addresses or networks separated by commas, or `loopback`. Unset: those of this machine on 8080, nobody on 8081',
  },
  dataDir: { env: 'SLUICE_DATA_DIR', flag: '--data-dir', kind: 'path', fallback: './data', about: 'database, keys, certificates' },
  databaseUrl: {
    env: 'SLUICE_DATABASE_URL',
    flag: '--database-url',
    kind: 'secret',
    fallback: null,
    about: 'PostgreSQL 15 or newer, `postgres://user:password@host/name`; the embedded SQLite when unset',
  },
  adminToken: {
    env: 'SLUICE_ADMIN_TOKEN',
    flag: '--admin-token',
    kind: 'secret',
    fallback: null,
    about:
      'full access to everything for automation, 24 characters or more; it can also create the first account, in place of the setup code',
  },
  metricsToken: {
    env: 'SLUICE_METRICS_TOKEN',
    flag: '--metrics-token',
    kind: 'secret',
    fallback: null,
    about: 'what Prometheus sends to read /metrics, 24 characters or more; in `metrics.token` of the data directory when unset',
  },
  metricsOnLoopback: {
    env: 'SLUICE_METRICS_ON_LOOPBACK',
    flag: '--metrics-on-loopback',
    kind: 'switch',
    fallback: 'false',
    about: '/metrics needs no token from this machine itself; what a proxy passes on still does',
  },
  secretKey: {
    env: 'SLUICE_SECRET_KEY',
    flag: '--secret-key',
    kind: 'secret',
    fallback: null,
    about: 'vault key, 32 bytes in base64, created in the data directory (mode 0600) when unset; `new,old` while you change it',
  },
  smtpUrl: {
    env: 'SLUICE_SMTP_URL',
    flag: '--smtp-url',
    kind: 'secret',
    fallback: null,
    about:
      'mail server for invitations and password resets, `smtps://user:password@mail.example:465`, or `smtp://` with STARTTLS; no mail when unset',
  },
  mailFrom: {
    env: 'SLUICE_MAIL_FROM',
    flag: '--mail-from',
    kind: 'text',
    fallback: null,
    about: 'sender of that mail, `Sluice <sluice@example.com>`; needed with SLUICE_SMTP_URL',
  },
  oidcIssuer: {
    env: 'SLUICE_OIDC_ISSUER',
    flag: '--oidc-issuer',
    kind: 'text',
    fallback: null,
    about:
      'OpenID Connect provider that people can sign in with, `https://login.example.com`, as it names itself; its redirect address is `/api/v1/session/oidc/callback` of this Sluice',
  },
  oidcClientId: {
    env: 'SLUICE_OIDC_CLIENT_ID',
    flag: '--oidc-client-id',
    kind: 'text',
    fallback: null,
    about: 'client that the provider knows Sluice as; needed with SLUICE_OIDC_ISSUER',
  },
  oidcClientSecretFile: {
    env: 'SLUICE_OIDC_CLIENT_SECRET_FILE',
    flag: '--oidc-client-secret-file',
    kind: 'path',
    fallback: null,
    about: 'file that holds the secret of that client, and nothing else; needed with SLUICE_OIDC_ISSUER',
  },
  oidcName: {
    env: 'SLUICE_OIDC_NAME',
    flag: '--oidc-name',
    kind: 'text',
    fallback: null,
    about: 'what the sign-in button calls the provider; the host of its address when unset',
  },
  oidcDefaultRole: {
    env: 'SLUICE_OIDC_DEFAULT_ROLE',
    flag: '--oidc-default-role',
    kind: 'choice',
    choices: ['none', 'producer', 'operator', 'moderator', 'observer'],
    fallback: 'none',
    about:
      'role in the oldest workspace for whoever signs in through the provider without an invitation; `none`: only those who were invited get in',
  },
  allowPrivateTargets: {
    env: 'SLUICE_ALLOW_PRIVATE_TARGETS',
    flag: '--allow-private-targets',
    kind: 'switch',
    fallback: 'false',
    about: 'outputs may go to loopback and private addresses',
  },
  twitchConfigUrl: {
    env: 'SLUICE_TWITCH_CONFIG_URL',
    flag: '--twitch-config-url',
    kind: 'text',
    fallback: 'https://ingest.twitch.tv/api/v3/GetClientConfiguration',
    about: 'where outputs with Enhanced Broadcasting ask Twitch which video tracks it wants',
  },
  engines: { env: 'SLUICE_ENGINES', flag: '--engines', kind: 'count', fallback: '1', about: 'engine processes on this machine, 1..64' },
  inputMaxMbps: {
    env: 'SLUICE_INPUT_MAX_MBPS',
    flag: '--input-max-mbps',
    kind: 'count',
    range: [1, 10_000],
    fallback: '100',
    about: 'highest bitrate of an input, Mbps over ten seconds, 1..10000: video over it is dropped; after 20 s over it the session ends',
  },
  gatherMs: {
    env: 'SLUICE_GATHER_MS',
    flag: '--gather-ms',
    kind: 'count',
    range: [0, 200],
    fallback: '70',
    about:
      'how long media for RTMP outputs of classes B and C may wait so that one write carries several frames, milliseconds, 0..200; only where 100 or more of them are connected to one channel. Class A never waits. 0: every frame leaves at once',
  },
  tlsCertFile: {
    env: 'SLUICE_TLS_CERT_FILE',
    flag: '--tls-cert-file',
    kind: 'path',
    fallback: null,
    about: 'PEM certificate chain for RTMPS ingest; a self-signed one when unset',
  },
  tlsKeyFile: { env: 'SLUICE_TLS_KEY_FILE', flag: '--tls-key-file', kind: 'path', fallback: null, about: 'PEM private key of the chain' },
  sandbox: {
    env: 'SLUICE_SANDBOX',
    flag: '--sandbox',
    kind: 'choice',
    choices: ['auto', 'bubblewrap', 'user', 'none'],
    fallback: 'auto',
    about:
      'sandbox of the code that decodes uploads and programmes: `bubblewrap`, `user` (a separate account, when started as root), `none`, or `auto` for the best that works here',
  },
  mediaUid: {
    env: 'SLUICE_MEDIA_UID',
    flag: '--media-uid',
    kind: 'count',
    range: [1, 2_147_483_646],
    fallback: '65533',
    about: 'user and group id that this code runs as when Sluice is started as root: a number that nothing else on the machine uses',
  },
  probes: {
    env: 'SLUICE_PROBES',
    flag: '--probes',
    kind: 'choice',
    choices: ['on', 'off'],
    fallback: 'on',
    about: 'whether a process of the lowest priority plays every channel as viewers do and says what is wrong with it: `on` or `off`',
  },
  probeMediaUrl: {
    env: 'SLUICE_PROBE_MEDIA_URL',
    flag: '--probe-media-url',
    kind: 'text',
    fallback: null,
    about:
      'where that process plays HLS, `https://media.example`, to look through the proxy or CDN that viewers come by; else the media port of this machine',
  },
  logLevel: { env: 'SLUICE_LOG_LEVEL', flag: '--log-level', kind: 'text', fallback: 'info', about: 'debug, info, warn or error' },
} as const satisfies Record<string, Setting>

export type Settings = {
  readonly [K in keyof typeof settings]: (typeof settings)[K]['kind'] extends 'port' | 'count'
    ? number
    : (typeof settings)[K]['kind'] extends 'switch'
      ? boolean
      : (typeof settings)[K]['kind'] extends 'hosts'
        ? readonly string[]
        : (typeof settings)[K]['fallback'] extends string
          ? string
          : string | null
}

/**
 * Settings out of flags (`--http-port 80`, `--http-port=80`, a bare `--allow-private-targets`), then the environment, then
 * the defaults. Throws PolicyError that names flag and variable for an unknown flag or a value out of range.
 */
export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const given = readFlags(args)
  const out: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings) as [string, Setting][]) {
    const fromEnv = env[setting.env]
    const text = given.get(setting.flag) ?? (fromEnv === undefined || fromEnv === '' ? setting.fallback : fromEnv)
    out[name] = text !== null ? readValue(setting, text) : setting.kind === 'hosts' ? [] : null
  }
  return out as Settings
}

function readFlags(args: readonly string[]): Map<string, string> {
  const byFlag = new Map((Object.values(settings) as Setting[]).map((setting) => [setting.flag as string, setting]))
  const given = new Map<string, string>()
  for (let i = 0; i < args.length; i++) {
    const [flag = '', inline] = splitOnce(args[i] ?? '')
    const setting = byFlag.get(flag)
    if (setting === undefined) throw new PolicyError('SETTING_UNKNOWN', flag, 'a known flag', `unknown flag ${flag}; see docs/settings.md`)
    if (inline !== undefined) given.set(flag, inline)
    else if (setting.kind === 'switch') given.set(flag, 'true')
    else {
      const value = args[++i]
      if (value === undefined) throw new PolicyError('SETTING_VALUE', flag, 'a value', `${flag} needs a value`)
      given.set(flag, value)
    }
  }
  return given
}

function splitOnce(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=')
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)]
}

function readValue(setting: Setting, text: string): unknown {
  const names = `${setting.flag} (${setting.env})`
  if (setting.kind === 'switch') {
    if (/^(1|true|yes|on)$/i.test(text)) return true
    if (/^(0|false|no|off)$/i.test(text)) return false
    throw new PolicyError('SETTING_VALUE', setting.flag, 'true or false', `${names} is '${text}', not true or false`)
  }
  if (setting.kind === 'hosts') return readHosts(setting, text)
  if (setting.kind === 'choice') {
    const choices = setting.choices ?? []
    if (choices.includes(text)) return text
    const what = `one of ${choices.join(', ')}`
    throw new PolicyError('SETTING_VALUE', setting.flag, what, `${names} is '${text}', not ${what}`)
  }
  if (setting.kind === 'ports') {
    if (parsePortRange(text) !== undefined) return text
    throw new PolicyError(
      'SETTING_VALUE',
      setting.flag,
      'ports as in 8900-8999, or off',
      `${names} is '${text}', not ports as in 8900-8999, or off`,
    )
  }
  if (setting.kind !== 'port' && setting.kind !== 'count') return text
  const [low, high] = setting.range ?? (setting.kind === 'port' ? [0, 65535] : [1, 64])
  const value = Number(text)
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new PolicyError('SETTING_VALUE', setting.flag, `${low}..${high}`, `${names} is '${text}', not a whole number ${low}..${high}`)
  }
  return value
}

/** Bare hosts, IPv6 without brackets. A port or a scheme is refused: it would not be what the caller means. */
function readHosts(setting: Setting, text: string): string[] {
  const parts = text.split(',').map((part) => part.trim())
  return parts.filter(Boolean).map((part) => {
    const found = parseHostPort(parseIpAddress(part)?.length === 16 && !part.startsWith('[') ? `[${part}]` : part)
    if (found !== null && found.port === null) return found.host
    const what = 'a host name or address without scheme and port, several with commas between'
    throw new PolicyError('SETTING_VALUE', setting.flag, what, `${setting.flag} (${setting.env}) has '${part}', not ${what}`)
  })
}
