import type { Reader } from '../../db/index.ts'

export type ServedImage = { readonly contentType: string; readonly body: Buffer }

/** A picture by the digest that its channel's page names; null: there is none such. Public, as the page is. */
export async function readPageImage(db: Reader, channelId: string, digest: string): Promise<ServedImage | null> {
  const row = await db
    .selectFrom('page_image')
    .select(['content_type', 'body'])
    .where('channel_id', '=', channelId)
    .where('digest', '=', digest)
    .executeTakeFirst()
  return row === undefined ? null : { contentType: row.content_type, body: Buffer.from(row.body, 'base64') }
}
