import type { CredentialKind } from '@sluice/contract/api'
import type { OutputClass } from '@sluice/contract/policy'
import { newId, type Tx } from '../../db/index.ts'
import { type AddressSecrets, checkTarget, keyHint, type Target } from '../../destinations/index.ts'
import { ProblemError, type ServiceContext } from '../index.ts'
import { insertGrants } from './grants.ts'
import type { DestinationRow } from './records.ts'

export type NewDestination = {
  name: string
  platform: string
  origin: 'kept' | 'output'
  url: string
  streamKey: string
  class: OutputClass | undefined
  tlsVerify: boolean
  credential?: CredentialKind
  rotateEveryDays?: number | null
  /** Null, as when not given: for all channels. */
  channelIds?: readonly string[] | null
  guestLinkId?: string
}

/** Checks address and key as one; refuses with the field that is wrong. */
export function requireTarget(ctx: ServiceContext, url: string, streamKey: string): Target {
  const target = checkTarget({ url, streamKey }, ctx.platform.allowPrivateTargets)
  if (!('code' in target)) return target
  throw new ProblemError(target.code, target.message, [{ path: target.field, message: target.message }])
}

/** Columns of a destination's address and secrets. */
export function sealTarget(ctx: ServiceContext, id: string, { url, streamKey, passphrase, query }: Target) {
  const seal = (column: string, secret: string | null): string | null =>
    secret === null || secret === '' ? null : ctx.platform.vault.seal({ table: 'destination', column, row: id }, secret)
  return {
    url,
    key_sealed: seal('key_sealed', streamKey),
    key_hint: keyHint(streamKey),
    passphrase_sealed: seal('passphrase_sealed', passphrase),
    query_sealed: seal('query_sealed', query),
  }
}

/** The kept key in the clear, '' for none. */
export const openKey = (ctx: ServiceContext, row: Pick<DestinationRow, 'id' | 'key_sealed'>): string =>
  row.key_sealed === null ? '' : ctx.platform.vault.open({ table: 'destination', column: 'key_sealed', row: row.id }, row.key_sealed)

/** What was taken out of the kept address, in the clear. */
export function openAddressSecrets(
  ctx: ServiceContext,
  row: Pick<DestinationRow, 'id' | 'passphrase_sealed' | 'query_sealed'>,
): AddressSecrets {
  const open = (column: 'passphrase_sealed' | 'query_sealed'): string => {
    const sealed = row[column]
    return sealed === null ? '' : ctx.platform.vault.open({ table: 'destination', column, row: row.id }, sealed)
  }
  return { passphrase: open('passphrase_sealed'), query: open('query_sealed') }
}

/** Inserts a checked destination; its class is the one given, else the catalogue's, else C. */
export async function insertDestination(tx: Tx, ctx: ServiceContext, wanted: NewDestination): Promise<DestinationRow> {
  const { catalogue, clock } = ctx.platform
  const entry = catalogue.get(wanted.platform)
  if (entry === undefined && wanted.platform !== 'custom') {
    const message = `The catalogue has no platform '${wanted.platform}'.`
    throw new ProblemError('PLATFORM_UNKNOWN', message, [{ path: 'platform', message }])
  }
  const target = requireTarget(ctx, wanted.url, wanted.streamKey)
  const nowMs = clock.wallMs()
  const id = newId(nowMs)
  const row = await tx
    .insertInto('destination')
    .values({
      id,
      workspace_id: ctx.workspaceId,
      name: wanted.name,
      platform: wanted.platform,
      origin: wanted.origin,
      ...sealTarget(ctx, id, target),
      class: wanted.class ?? entry?.suggestedClass ?? 'C',
      tls_verify: wanted.tlsVerify,
      credential: wanted.credential ?? 'static',
      granted_to: wanted.channelIds == null ? 'workspace' : 'channels',
      rotate_every_days: wanted.rotateEveryDays ?? null,
      guest_link_id: wanted.guestLinkId ?? null,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  if (wanted.channelIds != null) await insertGrants(tx, ctx, id, wanted.channelIds)
  return row
}
