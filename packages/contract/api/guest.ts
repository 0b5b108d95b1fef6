import { z } from 'zod'
import { OutputClass } from '../policy/index.ts'
import { Name } from '../text/index.ts'
import { CatalogueEntry } from './catalogue.ts'
import { PreflightCheck } from './preflight.ts'

/** A link by which somebody without an account adds destinations of their own to one channel, until it ends. */
export const GuestLink = z.object({
  id: z.string(),
  channelId: z.string(),
  /** Who it is for. */
  name: z.string(),
  state: z.enum(['active', 'expired', 'revoked']),
  class: OutputClass,
  maxOutputs: z.number().int(),
  outputs: z.number().int(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
})
export type GuestLink = z.infer<typeof GuestLink>

/** `POST /channels/{id}/guest-links`. Guests' outputs have the lowest priority. */
export const CreateGuestLinkBody = z.object({
  name: Name,
  expiresAt: z.iso.datetime(),
  class: OutputClass.default('C'),
  maxOutputs: z.number().int().min(1).max(20).default(1),
})
export type CreateGuestLinkBody = z.input<typeof CreateGuestLinkBody>

/** The only answer that ever holds the link itself. */
export const CreatedGuestLink = GuestLink.extend({ url: z.string() })
export type CreatedGuestLink = z.infer<typeof CreatedGuestLink>

/** What a guest sees of an output of theirs. `says`: its state in words, with what to do. */
export const GuestOutput = z.object({
  id: z.string(),
  name: z.string(),
  platform: z.string(),
  url: z.string(),
  keyHint: z.string().nullable(),
  state: z.enum(['waiting', 'connecting', 'live', 'trouble', 'stopped']),
  says: z.string(),
})
export type GuestOutput = z.infer<typeof GuestOutput>

/** All that a guest sees: the channel's name, and what is their own. */
export const GuestView = z.object({
  guest: z.string(),
  channel: z.string(),
  expiresAt: z.iso.datetime(),
  maxOutputs: z.number().int(),
  outputs: z.array(GuestOutput),
  platforms: z.array(CatalogueEntry.pick({ id: true, name: true, servers: true })),
})
export type GuestView = z.infer<typeof GuestView>

const place = { url: z.string().trim().min(1).max(2000), streamKey: z.string().max(1000).default('') }
export const GuestOutputBody = z.object({ ...place, name: Name, platform: z.string().max(60).default('custom') })
export type GuestOutputBody = z.input<typeof GuestOutputBody>
export const PatchGuestOutputBody = z.object({ url: place.url.optional(), streamKey: z.string().min(1).max(1000).optional() })
export type PatchGuestOutputBody = z.infer<typeof PatchGuestOutputBody>
export const GuestPreflightBody = z.object({ ...place, platform: z.string().max(60).default('custom') })
export type GuestPreflightBody = z.input<typeof GuestPreflightBody>
/** The destination's own checks; nothing of the channel's source. */
export const GuestPreflight = z.object({ verdict: z.enum(['pass', 'warn', 'fail']), checks: z.array(PreflightCheck) })
export type GuestPreflight = z.infer<typeof GuestPreflight>
