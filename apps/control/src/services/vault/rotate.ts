import type { VaultRotation } from '@sluice/contract/api'
import { finishRotation, rotateVault } from '../../vault/index.ts'
import { audit, inTransaction, ProblemError, requireScope, type ServiceContext } from '../index.ts'

/** Longer than any request lives: what was sealed under the old key is stored by then. */
const oldKeyGraceMs = 60_000

/**
 * Makes a new vault key and encrypts every secret of this deployment under it. With the keys of SLUICE_SECRET_KEY it encrypts
 * all under the first of them, and refuses when there is only one.
 */
export async function rotateVaultKey(ctx: ServiceContext): Promise<VaultRotation> {
  requireScope(ctx, 'deployment:write')
  const { db, vault, clock } = ctx.platform
  if (!vault.ownsItsKeys && vault.keyIds.length < 2) {
    throw new ProblemError('VAULT_KEY_FIXED', 'SLUICE_SECRET_KEY has only one key, so there is no newer one to rotate to.')
  }
  const reencrypted = await rotateVault(db, vault)
  await inTransaction(ctx, (tx) =>
    audit(tx, ctx, {
      action: 'vault.rotate',
      subjectId: null,
      summary: `Rotated the vault key; ${reencrypted} secrets were re-encrypted.`,
      detail: { keyId: vault.currentKeyId, reencrypted },
    }),
  )
  // A failure here leaves the old key in its file; the next start tries again.
  clock.after(oldKeyGraceMs, () => void finishRotation(db, vault, () => ctx.platform.onResealed()).catch(() => {}))
  return { keyId: vault.currentKeyId, reencrypted }
}
