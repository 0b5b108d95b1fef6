import { randomBytes } from 'node:crypto'
import type { Database } from '../db/index.ts'
import type { Vault } from './vault.ts'

const secretBytes = 32

/**
 * A random secret of this deployment, made at first use and kept sealed under `name`. That it opens also proves at every
 * start that the vault key belongs to the database. Throws SluiceError VAULT_KEY_MISSING when it does not.
 */
export async function deploymentSecret(db: Database, vault: Vault, name: string): Promise<string> {
  const place = { table: 'deployment', column: 'value', row: name }
  const known = await db.selectFrom('deployment').select('value').where('name', '=', name).executeTakeFirst()
  if (known !== undefined) return vault.open(place, known.value)
  const fresh = vault.seal(place, randomBytes(secretBytes).toString('base64url'))
  await db
    .insertInto('deployment')
    .values({ name, value: fresh })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const { value } = await db.selectFrom('deployment').select('value').where('name', '=', name).executeTakeFirstOrThrow()
  return vault.open(place, value)
}
