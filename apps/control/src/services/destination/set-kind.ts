import type { Tx } from '../../db/index.ts'
import { ProblemError } from '../index.ts'
import { requireRotating } from './kind.ts'
import type { DestinationRow } from './records.ts'

type KindPatch = { credential?: 'static' | 'rotating' | undefined; rotateEveryDays?: number | null | undefined }

/** Writes the kind of credential and the rhythm of its rotation. Returns what changed in words. */
export async function setKind(tx: Tx, before: DestinationRow, patch: KindPatch): Promise<string[]> {
  const credential = patch.credential ?? before.credential
  if (before.credential === 'guest' && credential !== 'guest') {
    throw new ProblemError('CREDENTIAL_KIND', `The destination ${before.name} belongs to a guest and ends with the guest's link.`)
  }
  const kept = credential === 'static' ? null : before.rotate_every_days
  const rotateEveryDays = patch.rotateEveryDays === undefined ? kept : patch.rotateEveryDays
  requireRotating(credential, rotateEveryDays)
  const said: string[] = []
  if (credential !== before.credential) said.push(`${credential} credential`)
  if (rotateEveryDays !== before.rotate_every_days) {
    said.push(
      rotateEveryDays === null ? 'no rotation interval' : `rotation every ${rotateEveryDays} ${rotateEveryDays === 1 ? 'day' : 'days'}`,
    )
  }
  if (said.length === 0) return said
  const forgets = credential === 'static' ? { next_key_sealed: null, next_key_hint: null, next_at_ms: null, next_by: null } : {}
  await tx
    .updateTable('destination')
    .set({ credential, rotate_every_days: rotateEveryDays, overdue_told_at_ms: null, ...forgets })
    .where('id', '=', before.id)
    .execute()
  return said
}
