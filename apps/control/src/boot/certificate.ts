import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '@sluice/base/log'
import type { Settings } from '@sluice/contract/settings'

const day = 24 * 60 * 60 * 1000
/** The longest that Apple's clients accept. */
const lifeDays = 825
const renewWithinDays = 30

export type CertificateFiles = { tlsCertFile: string; tlsKeyFile: string }

/** The operator's certificate, else a self-made one in the data folder, made anew a month before it expires. */
export async function rtmpsCertificate(settings: Settings, dataDir: string, nowMs: number, log: Logger): Promise<CertificateFiles> {
  const { tlsCertFile, tlsKeyFile } = settings
  if (tlsCertFile !== null && tlsKeyFile !== null) return { tlsCertFile, tlsKeyFile }
  const files = { tlsCertFile: join(dataDir, 'tls', 'rtmps.crt'), tlsKeyFile: join(dataDir, 'tls', 'rtmps.key') }
  const left = daysLeft(files, nowMs)
  if (left > renewWithinDays) return files
  // Loaded only when it is needed: it takes 120 ms.
  const { generate } = await import('selfsigned')
  const [name = hostname(), ...others] = settings.publicHosts
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    notBeforeDate: new Date(nowMs - day),
    notAfterDate: new Date(nowMs + (lifeDays - 1) * day),
    extensions: [{ name: 'subjectAltName', altNames: altNames([name, ...others]) }],
  })
  try {
    writeWhole(files.tlsKeyFile, made.private)
    writeWhole(files.tlsCertFile, made.cert)
  } catch (error) {
    if (left <= 0) throw error
    log.error(
      { days: Math.floor(left), error: String(error) },
      'the certificate for RTMPS ingest could not be renewed: the old one is used',
    )
    return files
  }
  log.info({ name, days: lifeDays - 1 }, 'created a certificate for RTMPS ingest')
  return files
}

function daysLeft({ tlsCertFile, tlsKeyFile }: CertificateFiles, nowMs: number): number {
  if (!existsSync(tlsCertFile) || !existsSync(tlsKeyFile)) return 0
  try {
    return (new X509Certificate(readFileSync(tlsCertFile)).validToDate.getTime() - nowMs) / day
  } catch {
    return 0
  }
}

const altNames = (names: readonly string[]) => [
  ...names.map((name) => (/^[0-9.]+$|:/.test(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name })),
  { type: 2 as const, value: 'localhost' },
  { type: 7 as const, ip: '127.0.0.1' },
]

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
