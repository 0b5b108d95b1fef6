import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { randomFrom } from '@sluice/testkit/random'
import { openVault, type SealedPlace } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-vault-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let count = 0
const newFile = (): string => join(folder, `${++count}.key`)
const place: SealedPlace = { table: 'input', column: 'key_sealed', row: 'r1' }

test('a secret comes back as it was, and two seals of it differ', () => {
  const vault = openVault(null, newFile())
  for (const secret of ['', 'k', 'ключ 🎥', 'x'.repeat(10_000)]) {
    const sealed = vault.seal(place, secret)
    assert.notEqual(sealed, vault.seal(place, secret))
    assert.equal(vault.open(place, sealed), secret)
    if (secret.length > 3) assert.ok(!sealed.includes(secret))
  }
})

test('a value that was moved to another row, column or table does not open', () => {
  const vault = openVault(null, newFile())
  const sealed = vault.seal(place, 'secret')
  for (const other of [{ row: 'r2' }, { column: 'srt_passphrase_sealed' }, { table: 'destination' }]) {
    assert.throws(() => vault.open({ ...place, ...other }, sealed), /was changed, or copied/)
  }
})

test('any change of a sealed value is refused without a word of it (seed 5)', () => {
  const vault = openVault(null, newFile())
  const sealed = vault.seal(place, 'the-secret-itself')
  const random = randomFrom(5)
  for (let round = 0; round < 2000; round++) {
    const at = random.int(0, sealed.length - 1)
    const changed = sealed.slice(0, at) + String.fromCharCode(random.int(33, 126)) + sealed.slice(at + 1)
    if (
      Buffer.from(changed.split('.')[2] ?? '', 'base64url').equals(Buffer.from(sealed.split('.')[2]!, 'base64url')) &&
      changed.startsWith(sealed.slice(0, 12))
    )
      continue
    assert.throws(
      () => vault.open(place, changed),
      (error: Error) => !error.message.includes('the-secret'),
    )
  }
})

test('the key file is made once, closed to others, and closed again where it was opened', () => {
  const file = newFile()
  const sealed = openVault(null, file).seal(place, 'secret')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  chmodSync(file, 0o644)
  assert.equal(openVault(null, file).open(place, sealed), 'secret')
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a key of the settings must be 32 bytes, and the text of a wrong one is not repeated', () => {
  const short = Buffer.from('only-a-few-bytes').toString('base64')
  assert.throws(
    () => openVault(short, newFile()),
    (error: Error) => /SLUICE_SECRET_KEY holds a key of 16 bytes, not 32/.test(error.message) && !error.message.includes(short),
  )
})

test('a missing key is named by its id', () => {
  const one = openVault(randomBytes(32).toString('base64'), newFile())
  const two = openVault(randomBytes(32).toString('base64'), newFile())
  assert.throws(
    () => two.open(place, one.seal(place, 's')),
    new RegExp(`needs vault key ${one.currentKeyId}; known are ${two.currentKeyId}`),
  )
})

test('of two keys in the settings the first seals and both open', () => {
  const [old, next] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
  const sealed = openVault(old, newFile()).seal(place, 'secret')
  const both = openVault(`${next},${old}`, newFile())
  assert.equal(both.open(place, sealed), 'secret')
  assert.throws(() => openVault(old, newFile()).open(place, both.seal(place, 'x')), /needs vault key/)
})
