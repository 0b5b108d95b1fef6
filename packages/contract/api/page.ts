import { z } from 'zod'

/** Query of every list: `after` is the `next` of the page before; newest or alphabetical first, as the route says. */
export const PageQuery = z.object({
  after: z
    .string()
    .regex(/^[0-9A-Za-z-]{1,64}$/, 'is not the `next` of a page')
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type PageQuery = z.infer<typeof PageQuery>

/** One page of a list. `next` is null on the last. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })
export type Page<T> = { items: T[]; next: string | null }
