import { readAddress } from '@sluice/base/address'
import type { PreflightCheck } from '@sluice/contract/api'
import { checkTarget, type PlatformRules } from '../destinations/index.ts'
import { check } from './check.ts'

/** What is kept of a destination, its key in the clear: it is looked at, and never repeated. */
export type KeptTarget = {
  platform: string
  url: string
  streamKey: string
  /** When the entry last changed; null for one that is not kept. The key is at least so old. */
  changedAtMs: number | null
  /** When the operator wants the key replaced; absent or null: nobody said. */
  rotationDueMs?: number | null
}

const hourMs = 60 * 60 * 1000
/** A key that belongs to one broadcast is seldom good for a second day. */
const broadcastHours = 24

/** Address, platform, form and age of the key: all that is known without asking anybody. */
export function targetChecks(
  target: KeptTarget,
  rules: PlatformRules | undefined,
  options: { allowPrivateTargets: boolean; nowMs: number },
): PreflightCheck[] {
  return [
    urlCheck(target, options.allowPrivateTargets),
    ...platformCheck(target, rules),
    ...keyChecks(target, rules, options.nowMs),
    ...rotationCheck(target, options.nowMs),
  ]
}

function urlCheck({ url, streamKey }: KeptTarget, allowPrivateTargets: boolean): PreflightCheck {
  const expected = 'rtmp://host/app, rtmps://host/app or srt://host:port, and a key without odd characters'
  const target = checkTarget({ url, streamKey }, allowPrivateTargets)
  if (!('code' in target)) return check('url', 'pass', { found: target.url, expected })
  const fix = target.field === 'url' ? 'Correct the address of the destination.' : 'Copy the stream key from the platform again.'
  return check('url', 'fail', { found: target.message, expected, fix })
}

function platformCheck({ url }: KeptTarget, rules: PlatformRules | undefined): PreflightCheck[] {
  const scheme = readAddress(url)?.scheme
  if (rules === undefined || scheme === undefined) return []
  const schemes = [...new Set(rules.ingest.map((server) => server.protocol as string))]
  const expected = schemes.length === 0 ? `an address that ${rules.name} accepts` : `${rules.name} over ${schemes.join(' or ')}`
  if (rules.status === 'reported-closed') {
    const fix = 'Check the platform: if it has shut down, delete the output.'
    return [check('platform', 'warn', { found: `${rules.name} is reported to have shut down`, expected, fix })]
  }
  if (schemes.length > 0 && !schemes.includes(scheme as string)) {
    const fix = `Use the ${schemes[0]} address that ${rules.name} shows.`
    return [check('platform', 'warn', { found: `the address is ${scheme}`, expected, fix })]
  }
  return [check('platform', 'pass', { found: `${rules.name} over ${scheme}`, expected })]
}

function keyChecks({ streamKey, changedAtMs }: KeptTarget, rules: PlatformRules | undefined, nowMs: number): PreflightCheck[] {
  if (streamKey === '' || rules === undefined) return []
  const checks: PreflightCheck[] = []
  const fix = `Copy the stream key from ${rules.name} again.`
  if (rules.keyPatternHint !== null) {
    const expected = `a key in ${rules.name}'s format`
    const fits = new RegExp(rules.keyPatternHint).test(streamKey)
    checks.push(
      fits
        ? check('key', 'pass', { found: 'the key has that format', expected })
        : check('key', 'warn', { found: `a key of ${streamKey.length} characters in another format`, expected, fix }),
    )
  }
  return changedAtMs === null ? checks : [...checks, keyAgeCheck(rules, (nowMs - changedAtMs) / hourMs, fix)]
}

function keyAgeCheck({ name, keyLifetime }: PlatformRules, ageHours: number, fix: string): PreflightCheck {
  const { kind, ttlHours } = keyLifetime
  const found = `stored for ${formatAge(ageHours)} or longer`
  const isLasting = kind.includes('persistent')
  if (ttlHours !== null) {
    const expected = `${name} keys are valid for ${ttlHours} h${isLasting ? ', unless created as persistent' : ''}`
    return ageHours <= ttlHours
      ? check('keyAge', 'pass', { found, expected })
      : check('keyAge', isLasting ? 'warn' : 'fail', { found, expected, fix })
  }
  if (kind.startsWith('per-') && ageHours > broadcastHours) {
    const expected = `${name} issues a new key for each broadcast`
    return check('keyAge', 'warn', { found, expected, fix })
  }
  return check('keyAge', 'pass', { found, expected: 'a key that is still valid' })
}

function rotationCheck({ rotationDueMs = null }: KeptTarget, nowMs: number): PreflightCheck[] {
  if (rotationDueMs === null) return []
  const found = `the key is due for rotation on ${new Date(rotationDueMs).toISOString().slice(0, 10)}`
  const expected = 'a key that is rotated in time'
  if (rotationDueMs > nowMs) return [check('rotation', 'pass', { found, expected })]
  return [check('rotation', 'warn', { found: found.replace('is due', 'was due'), expected, fix: 'Rotate the key of the destination.' })]
}

const formatAge = (hours: number): string =>
  hours < 1 ? 'less than an hour' : hours < 48 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} days`
