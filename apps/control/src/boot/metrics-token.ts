import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { PolicyError } from '@sluice/base/errors'

const minTokenLength = 24
const tokenBytes = 32
const fileMode = 0o600

/**
 * What a scraper of /metrics sends: the one of the settings, else the one in `file`, which is made the first time. Throws PolicyError for
 * one that is short enough to be guessed.
 */
export function openMetricsToken(given: string | null, file: string): string {
  if (given === null && !existsSync(file)) writeFileSync(file, `${randomBytes(tokenBytes).toString('base64url')}\n`, { mode: fileMode })
  const token = given ?? readFileSync(file, 'utf8').trim()
  if (token.length >= minTokenLength) return token
  const place = given === null ? file : 'SLUICE_METRICS_TOKEN'
  const found = `${place} has ${token.length} characters, not ${minTokenLength} or more`
  throw new PolicyError('SETTING_VALUE', '--metrics-token', `${minTokenLength} characters or more`, found)
}
