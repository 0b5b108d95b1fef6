import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { SluiceError } from '@sluice/base/errors'

/** One 256-bit key. Its id is made from the key, so that two files with the same key agree; it tells nothing about the key. */
export type VaultKey = { readonly id: string; readonly bytes: Buffer }

/** Newest first: the first encrypts, all decrypt. */
export type KeyRing = readonly VaultKey[]

const keyBytes = 32
const fileMode = 0o600

/** A key out of its base64 text. */
function vaultKey(bytes: Buffer): VaultKey {
  return { id: createHash('sha256').update('sluice vault key id').update(bytes).digest('hex').slice(0, 8), bytes }
}

export const newVaultKey = (): VaultKey => vaultKey(randomBytes(keyBytes))

/**
 * Keys as text, newest first, one a line or separated by commas: the form of the key file and of SLUICE_SECRET_KEY.
 * Throws SluiceError that says what was found, never the text itself.
 */
export function parseKeyRing(text: string, from: string): KeyRing {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  if (parts.length === 0) throw new SluiceError('VAULT_KEY', 'operator', `${from} holds no key`)
  return parts.map((part) => {
    const bytes = Buffer.from(part, 'base64')
    if (bytes.length === keyBytes) return vaultKey(bytes)
    throw new SluiceError('VAULT_KEY', 'operator', `${from} holds a key of ${bytes.length} bytes, not ${keyBytes} in base64`)
  })
}

/** The key file's ring; a new file with one new key when there is none. Mode 0600 is set again where it was lost. */
export function openKeyFile(path: string): KeyRing {
  if (!existsSync(path)) writeKeyFile(path, [newVaultKey()])
  chmodSync(path, fileMode)
  return parseKeyRing(readFileSync(path, 'utf8'), `the vault key file ${path}`)
}

/** Replaces the key file whole and durably: after a power cut it holds the old ring or the new one. */
export function writeKeyFile(path: string, ring: KeyRing): void {
  const draft = `${path}.new`
  const file = openSync(draft, 'w', fileMode)
  writeSync(file, ring.map((key) => `${key.bytes.toString('base64')}\n`).join(''))
  fsyncSync(file)
  closeSync(file)
  renameSync(draft, path)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
