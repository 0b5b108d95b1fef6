import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { engineEnv, type Setting, type Settings, settings as settingList } from '@sluice/contract/settings'

const packageFile = new URL('../../package.json', import.meta.url)

/** What an engine is started with; never a secret: those go over the link. */
export type EngineSettings = { env: Record<string, string>; digest: string }

/** Environment of one engine, and a digest of all in it that a running engine cannot change. */
export function engineSettings(settings: Settings, base: Readonly<Record<string, string | undefined>>, engineId: string): EngineSettings {
  const own: Record<string, string> = {}
  for (const [name, setting] of Object.entries(settingList) as [keyof Settings, Setting][]) {
    const value = settings[name]
    if (setting.kind !== 'secret' && value !== null) own[setting.env] = String(value)
  }
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
  // Control's own port and public name, who reads its metrics, what it gives to inputs, how people sign in, and who looks from outside, may change without the engine.
  const {
    SLUICE_HTTP_PORT: _port,
    SLUICE_PUBLIC_HOST: _host,
    SLUICE_METRICS_ON_LOOPBACK: _metrics,
    SLUICE_SRT_INPUT_PORTS: _ports,
    SLUICE_MAIL_FROM: _from,
    SLUICE_OIDC_ISSUER: _issuer,
    SLUICE_OIDC_CLIENT_ID: _client,
    SLUICE_OIDC_CLIENT_SECRET_FILE: _secretFile,
    SLUICE_OIDC_NAME: _name,
    SLUICE_OIDC_DEFAULT_ROLE: _role,
    SLUICE_PROBES: _probes,
    SLUICE_PROBE_MEDIA_URL: _probeUrl,
    ...relevant
  } = own
  const digest = createHash('sha256')
    .update(JSON.stringify([version, relevant]))
    .digest('hex')
    .slice(0, 16)
  const inherited = Object.fromEntries(
    Object.entries(base).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('SLUICE_')),
  )
  const names = {
    [engineEnv.engineId]: engineId,
    [engineEnv.runDir]: join(settings.dataDir, 'run'),
    [engineEnv.settingsDigest]: digest,
  }
  return { env: { ...inherited, ...own, ...names }, digest }
}
