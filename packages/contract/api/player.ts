import { carriesText } from '@sluice/base/colour'
import { z } from 'zod'
import { Name, visibleText } from '../text/index.ts'

export const playerLimits = { players: 50, sites: 50 } as const

/**
 * A site that may show a player: an origin, `https://news.example` or `http://localhost:3000`; `https://*.example.org` stands for every name
 * below it. Spec: CSP Level 3 §2.3.1, host-source
 */
const Site = z
  .string()
  .trim()
  .toLowerCase()
  .max(200)
  .regex(
    /^https?:\/\/(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?$/,
    'expected an origin without a path, such as https://news.example or https://*.example.org',
  )

/** Text has to be read on it: 4.5:1 against white or ink. */
const Colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'expected #rrggbb')
  .toLowerCase()
  .refine(carriesText, 'neither white nor dark text reaches a contrast of 4.5:1 on this colour: choose a darker or a lighter one')

/** How a player and its event page look; null: what the channel's own page says. */
export const PlayerLook = z.strictObject({
  title: visibleText({ min: 1, max: 120 }).nullable(),
  text: visibleText({ min: 1, max: 400 }).nullable(),
  /** Of buttons, the seek bar and the logo's ground. */
  accent: Colour.nullable(),
  /** Of the event page around the player. */
  background: Colour.nullable(),
  /** False: neither the operator's logo nor the name of Sluice. */
  logo: z.boolean(),
})
export type PlayerLook = z.infer<typeof PlayerLook>

/** How a playback begins. Browsers refuse to start with sound by themselves: then the player starts muted, and offers the sound. */
export const PlayerStart = z.strictObject({
  autoplay: z.boolean(),
  muted: z.boolean(),
  /** Lines of the largest rung that is chosen automatically; null: no cap. */
  maxHeight: z.number().int().min(144).max(4320).nullable(),
})
export type PlayerStart = z.infer<typeof PlayerStart>

const Sites = z.array(Site).max(playerLimits.sites)

/** `POST /channels/{id}/players` */
export const CreatePlayerBody = z.strictObject({
  name: Name,
  /** Sites that may embed it; empty: every site. */
  sites: Sites.default([]),
  look: PlayerLook.partial().default({}),
  start: PlayerStart.partial().default({}),
})
export type CreatePlayerBody = z.input<typeof CreatePlayerBody>

/** `PATCH /players/{id}`: fields of `look` and `start` that are left out stay. */
export const PatchPlayerBody = z
  .strictObject({ name: Name, sites: Sites, look: PlayerLook.partial(), start: PlayerStart.partial() })
  .partial()
export type PatchPlayerBody = z.input<typeof PatchPlayerBody>

/** A player of a channel with an address of its own: on one partner's site, in one colour, ended without touching the others. */
export const Player = z.object({
  id: z.string(),
  channelId: z.string(),
  name: z.string(),
  sites: z.array(z.string()),
  look: PlayerLook,
  start: PlayerStart,
  /** Its name in addresses. It outlives `POST .../playback/rotate`; deleting the player ends it. */
  playId: z.string(),
  page: z.string(),
  embed: z.string(),
  /** Answers for links to this player. Spec: oembed.com §2 */
  oembed: z.string(),
  /** HTML to paste. */
  code: z.object({ iframe: z.string(), element: z.string() }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Player = z.infer<typeof Player>

/** `GET /oembed?url=`, public. Spec: oembed.com §2.3.4.2 */
export const OEmbed = z.object({
  type: z.literal('video'),
  version: z.literal('1.0'),
  title: z.string(),
  provider_name: z.string(),
  provider_url: z.string(),
  html: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  thumbnail_url: z.string().optional(),
  thumbnail_width: z.number().int().optional(),
  thumbnail_height: z.number().int().optional(),
})
export type OEmbed = z.infer<typeof OEmbed>
