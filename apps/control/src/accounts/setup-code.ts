import { createHash, timingSafeEqual } from 'node:crypto'
import type { Database } from '../db/index.ts'
import { deploymentSecret, type Vault } from '../vault/index.ts'
import { forgetSetupCode, needsSetup, setupCodeRow } from './first-account.ts'

/** Without the letters that are read as others. Spec: Crockford's base 32 */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groups = 4
const groupLetters = 5

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

/**
 * The code by which whoever runs the machine proves it when the first account is made: 100 random bits. The same over a restart, so that
 * the link in an older log still works; gone with the first account.
 */
export class SetupCode {
  readonly text: string
  readonly #digest: Buffer

  constructor(text: string) {
    this.text = text
    this.#digest = digest(plain(text))
  }

  /** In constant time. Small letters, other separators and look-alikes are forgiven: people type it. */
  matches(candidate: string): boolean {
    return timingSafeEqual(this.#digest, digest(plain(candidate)))
  }
}

const plain = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')

/** The code of a Sluice that nobody has set up yet; null once somebody has. */
export async function openSetupCode(db: Database, vault: Vault): Promise<SetupCode | null> {
  if (!(await needsSetup(db))) {
    await forgetSetupCode(db)
    return null
  }
  const bytes = digest(await deploymentSecret(db, vault, setupCodeRow))
  const characters = Array.from(bytes.subarray(0, groups * groupLetters), (byte) => letters[byte % letters.length])
  const parts = Array.from({ length: groups }, (_, i) => characters.slice(i * groupLetters, (i + 1) * groupLetters).join(''))
  return new SetupCode(parts.join('-'))
}
