import type { Database } from '../db/index.ts'
import { newVaultKey } from './key-ring.ts'
import { replaceSealed, sealedColumns, sealedUnderOtherKeys } from './sealed-columns.ts'
import type { Vault } from './vault.ts'

const batchRows = 200

/**
 * Makes a new key where the vault owns its keys, then encrypts all under the newest. Returns how many values it rewrote.
 * The older keys stay: a request that sealed a value a moment ago may not have stored it yet. `finishRotation` drops them.
 */
export async function rotateVault(db: Database, vault: Vault): Promise<number> {
  if (vault.ownsItsKeys) vault.addKey(newVaultKey())
  return reencrypt(db, vault)
}

/**
 * Encrypts what is still under an older key and drops the older keys: at start, and a while after a rotation. `reread` lets those who keep
 * sealed values in memory read them again before that.
 */
export async function finishRotation(db: Database, vault: Vault, reread: () => Promise<void> = async () => {}): Promise<void> {
  if (vault.keyIds.length < 2) return
  await reencrypt(db, vault)
  await reread()
  if (vault.ownsItsKeys) vault.dropOldKeys()
}

/** Row by row, so that it may be stopped at any moment: the next call, or the next start, goes on. */
async function reencrypt(db: Database, vault: Vault): Promise<number> {
  let rewritten = 0
  for (const place of sealedColumns) {
    for (;;) {
      const batch = await sealedUnderOtherKeys(db, place, vault.currentKeyId, batchRows)
      for (const old of batch) {
        const spot = { table: place.table, column: place.column, row: old.row }
        await replaceSealed(db, place, old, vault.seal(spot, vault.open(spot, old.sealed)))
      }
      rewritten += batch.length
      if (batch.length < batchRows) break
    }
  }
  return rewritten
}
