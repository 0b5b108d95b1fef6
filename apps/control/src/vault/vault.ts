import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { invariant, SluiceError } from '@sluice/base/errors'
import { type KeyRing, openKeyFile, parseKeyRing, type VaultKey, writeKeyFile } from './key-ring.ts'

/** Where a sealed value stands. It is bound into the encryption: a value copied into another row or column does not open. */
export type SealedPlace = { table: string; column: string; row: string }

const nonceBytes = 12
const tagBytes = 16
const aad = (place: SealedPlace): Buffer => Buffer.from(`${place.table}\0${place.column}\0${place.row}`)

/** Secrets at rest. A sealed value is `v1.<key id>.<base64url of nonce, ciphertext, tag>`, AES-256-GCM. Spec: NIST SP 800-38D */
export class Vault {
  #ring: KeyRing
  /** Null: the ring comes from the settings and is not ours to write. */
  readonly #file: string | null

  constructor(ring: KeyRing, file: string | null) {
    invariant(ring.length > 0, 'a vault needs a key')
    this.#ring = ring
    this.#file = file
  }

  get currentKeyId(): string {
    return this.#ring[0]!.id
  }
  get keyIds(): readonly string[] {
    return this.#ring.map((key) => key.id)
  }
  get ownsItsKeys(): boolean {
    return this.#file !== null
  }

  seal(place: SealedPlace, secret: string): string {
    const key = this.#ring[0]!
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: tagBytes }).setAAD(aad(place))
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `v1.${key.id}.${sealed.toString('base64url')}`
  }

  /** Throws SluiceError VAULT_OPEN when the key is missing, or the value was changed or moved. */
  open(place: SealedPlace, sealed: string): string {
    const [version, keyId, body = ''] = sealed.split('.')
    const bytes = Buffer.from(body, 'base64url')
    const where = `${place.table}.${place.column} of ${place.row}`
    if (version !== 'v1' || bytes.length < nonceBytes + tagBytes) {
      throw new SluiceError('VAULT_OPEN', 'operator', `${where} is not a sealed value`)
    }
    const key = this.#ring.find((candidate) => candidate.id === keyId)
    if (key === undefined) {
      throw new SluiceError('VAULT_KEY_MISSING', 'operator', `${where} needs vault key ${keyId}; known are ${this.keyIds.join(', ')}`)
    }
    return this.#decrypt(key, place, bytes, where)
  }

  /** Puts a new key in front. From now on it encrypts; the older ones stay until `dropOldKeys`. */
  addKey(key: VaultKey): void {
    this.#keep([key, ...this.#ring])
  }

  /** Forgets all keys but the newest: only once nothing is sealed under them. */
  dropOldKeys(): void {
    this.#keep([this.#ring[0]!])
  }

  #keep(ring: KeyRing): void {
    invariant(this.#file !== null, 'the vault keys come from the settings')
    writeKeyFile(this.#file, ring)
    this.#ring = ring
  }

  #decrypt(key: VaultKey, place: SealedPlace, bytes: Buffer, where: string): string {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(aad(place))
        .setAuthTag(bytes.subarray(bytes.length - tagBytes))
      const clear = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes)), decipher.final()])
      return clear.toString('utf8')
    } catch (cause) {
      throw new SluiceError('VAULT_OPEN', 'operator', `${where} does not open: it was changed, or copied from another row`, { cause })
    }
  }
}

/** The vault of the settings' key, else of the key file, which is made when missing. */
export function openVault(secretKey: string | null, keyFile: string): Vault {
  return secretKey === null ? new Vault(openKeyFile(keyFile), keyFile) : new Vault(parseKeyRing(secretKey, 'SLUICE_SECRET_KEY'), null)
}
