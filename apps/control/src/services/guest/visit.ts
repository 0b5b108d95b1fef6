import type { Tx } from '../../db/index.ts'
import { type Platform, ProblemError, type ServiceContext } from '../index.ts'
import type { GuestLinkRow } from './records.ts'
import { hashGuestToken, isGuestToken, isSameHash } from './token.ts'

/** A guest at work: a caller without any scope, whose link says what it may do. */
export type GuestVisit = { readonly ctx: ServiceContext; readonly link: GuestLinkRow; readonly channelName: string }

const invalid = (): ProblemError => new ProblemError('GUEST_LINK_INVALID', 'This link is invalid or has expired.')

/** Opens a visit by a link's token. One answer for what never was, has expired and was revoked. */
export async function openVisit(platform: Platform, token: string): Promise<GuestVisit> {
  const { db, clock } = platform
  if (!isGuestToken(token)) throw invalid()
  const hash = hashGuestToken(token)
  const link = await db.selectFrom('guest_link').selectAll().where('token_hash', '=', hash).executeTakeFirst()
  if (link === undefined || !isSameHash(link.token_hash, hash)) throw invalid()
  if (link.ended !== null || link.expires_at_ms <= clock.wallMs()) throw invalid()
  const channel = await db.selectFrom('channel').select('name').where('id', '=', link.channel_id).executeTakeFirstOrThrow()
  const actor = { kind: 'guest', id: link.id, name: `guest ${link.name}` } as const
  return { ctx: { platform, workspaceId: link.workspace_id, actor, scopes: new Set() }, link, channelName: channel.name }
}

/** Inside a write: notes the use, which also makes writes by the same link wait for each other, and refuses a link that ended meanwhile. */
export async function holdLink(tx: Tx, { ctx, link }: GuestVisit): Promise<void> {
  const nowMs = ctx.platform.clock.wallMs()
  const held = await tx
    .updateTable('guest_link')
    .set({ last_used_at_ms: nowMs })
    .where('id', '=', link.id)
    .where('ended', 'is', null)
    .where('expires_at_ms', '>', nowMs)
    .returning('id')
    .executeTakeFirst()
  if (held === undefined) throw invalid()
}
