import { z } from 'zod'
import { visibleText } from '../text/index.ts'

/** Pictures of a player page, and the box that each is scaled into. */
export const pageImageKinds = ['poster', 'logo'] as const
export type PageImageKind = (typeof pageImageKinds)[number]
export const pageImageLimits = {
  uploadBytes: 12 * 1024 * 1024,
  /** Of the picture that is kept. */
  keptBytes: 1536 * 1024,
  poster: { width: 1920, height: 1080 },
  logo: { width: 512, height: 512 },
} as const
export const pageImageTypes = ['image/png', 'image/jpeg', 'image/webp'] as const
export type PageImageType = (typeof pageImageTypes)[number]

const Line = visibleText({ min: 1, max: 120 })
const Text = visibleText({ min: 1, max: 400 })

const texts = {
  /** In place of the channel's name. */
  title: Line.nullable(),
  /** Who gives the show, beside the logo. */
  host: Line.nullable(),
  /** What the show is, below the picture and where a link to it is shared. */
  text: Text.nullable(),
  /** When the show begins: viewers see a countdown in their own time. */
  startsAt: z.iso.datetime().nullable(),
  /** Said before the show, while the picture is interrupted, and after it; null: a sentence of Sluice's. */
  beforeText: Text.nullable(),
  breakText: Text.nullable(),
  endText: Text.nullable(),
  /** Of the logo's ground and of buttons, `#rrggbb`. */
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'expected #rrggbb')
    .toLowerCase()
    .nullable(),
}

export const PageImage = z.object({ url: z.string(), width: z.number().int(), height: z.number().int() })
export type PageImage = z.infer<typeof PageImage>

/** What an operator says and shows on the player page of a channel; null: not set. Pictures come by `PUT /channels/{id}/page/{kind}`. */
export const EventPage = z.object({ ...texts, poster: PageImage.nullable(), logo: PageImage.nullable() })
export type EventPage = z.infer<typeof EventPage>
export const EventPagePatch = z.strictObject(texts).partial()
export type EventPagePatch = z.infer<typeof EventPagePatch>

export const noEventPage: EventPage = {
  title: null,
  host: null,
  text: null,
  startsAt: null,
  beforeText: null,
  breakText: null,
  endText: null,
  colour: null,
  poster: null,
  logo: null,
}

/** What the player page shows: `break` while the slate is on or no input is there for a moment. */
export const pageStates = ['before', 'live', 'break', 'ended'] as const
export type PageState = (typeof pageStates)[number]
