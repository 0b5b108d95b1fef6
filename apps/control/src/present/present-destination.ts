import { isoTime } from '@sluice/base/clock'
import type { Destination } from '@sluice/contract/api'
import type { LiveState } from '../observed/index.ts'
import { type DestinationRecord, rotationDueMs, rotationOf } from '../services/destination/index.ts'

/** A destination as the API shows it; of its secrets only that they are there and how they end. */
export const presentDestination = (live: LiveState, row: DestinationRecord): Destination => ({
  id: row.id,
  name: row.name,
  platform: row.platform,
  url: row.url,
  hasKey: row.key_sealed !== null,
  keyHint: row.key_hint,
  class: row.class,
  tlsVerify: row.tls_verify,
  credential: row.credential,
  guest: row.guest,
  channelIds: row.channelIds,
  rotateEveryDays: row.rotate_every_days,
  rotationDueAt: isoTime(rotationDueMs(row)),
  nextRotation: row.next_at_ms === null ? null : { at: isoTime(row.next_at_ms), keyHint: row.next_key_hint },
  lastRotation: rotationOf(live, row),
  lastUsedAt: isoTime(row.last_used_at_ms),
  createdAt: isoTime(row.created_at_ms),
  updatedAt: isoTime(row.updated_at_ms),
  usedByOutputs: row.outputs.length,
})
