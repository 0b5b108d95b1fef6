/**
 * Pictures of a channel's player page: poster and logo, one of each. They are small, and stand in the database so that every machine has them.
 * Indexes:
 * - primary key `page_image_pk` (channel_id, kind): the picture that the page shows
 */
export type PageImageTable = {
  channel_id: string
  kind: 'poster' | 'logo'
  /** SHA-256 of the bytes: part of the address, which may be cached for ever. */
  digest: string
  content_type: string
  width: number
  height: number
  /** Base64. */
  body: string
}
