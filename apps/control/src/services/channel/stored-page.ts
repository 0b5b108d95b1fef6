import { type EventPage, EventPagePatch } from '@sluice/contract/api'
import { z } from 'zod'

const StoredImage = z.object({ digest: z.string(), width: z.number().int(), height: z.number().int() })
const StoredPage = z.object({
  ...EventPagePatch.shape,
  poster: StoredImage.optional(),
  logo: StoredImage.optional(),
})

/** What was set of a player page, as its column has it: pictures by the digest of their bytes. */
export type StoredPage = z.infer<typeof StoredPage>
export type StoredImage = z.infer<typeof StoredImage>

export const readPage = (column: string | null): StoredPage => (column === null ? {} : StoredPage.parse(JSON.parse(column)))

/** Null when nothing is left of it. */
export function writePage(page: { readonly [Key in keyof EventPage]?: StoredPage[Key] | null | undefined }): string | null {
  const kept = Object.entries(page).filter(([, value]) => value !== null && value !== undefined)
  return kept.length === 0 ? null : JSON.stringify(Object.fromEntries(kept.sort(([a], [b]) => a.localeCompare(b))))
}
