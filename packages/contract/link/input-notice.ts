import { z } from 'zod'

/** What Sluice changes about an input's media, leaves out of it, or can't use. The sentences for people are in input-notice-words.ts. */
export const noticeCodes = [
  /** A codec that no rung, output or player takes from here. */
  'codec-not-carried',
  /** The codec is carried, this form of it is not: a channel layout, a profile, a scan type. */
  'form-not-carried',
  /** A track, PID or program beyond those that are carried. */
  'track-not-carried',
  /** A message kind or a stream of data that is not passed on. */
  'data-not-carried',
  /** Bytes come that are no stream that Sluice reads: the container is another one, or nothing in it names its tracks. */
  'container-unknown',
  /** Frames came without the configuration that a decoder needs, so they are left out. */
  'config-missing',
  /** The configuration did not come where it belongs and was taken out of the media itself. */
  'config-recovered',
  /** Bodies, records or units that are broken and were left out; the rest goes on. */
  'broken-left-out',
  /** Messages without anything in them, as encoders send at a mute or at the end. */
  'empty-left-out',
  /** One picture came in several messages or packets and was put together. */
  'pictures-joined',
  /** Frames came in another order than they are decoded, and were put right. */
  'order-restored',
  /** Frames came in an order whose meaning is not clear; they are passed on as they came. */
  'order-unclear',
  /** Timestamps do not advance while media comes. */
  'time-stands-still',
  /** Media comes faster than the limit of an input; what is over it is left out. */
  'over-bitrate-limit',
  /** No key frame came yet, or none for long: who joins waits for one. */
  'key-frame-missing',
  /** A GOP outgrew what is kept of it for those who join. */
  'gop-too-large',
  /** A piece of the stream above what is taken at once: a segment. */
  'too-large-left-out',
  /** It is carried, and browsers or HLS players can't play it. */
  'not-playable',
  /** Notices beyond the bound of the list. */
  'more',
] as const
export type NoticeCode = (typeof noticeCodes)[number]

export const noticeMedia = ['video', 'audio', 'data', 'stream'] as const
export type NoticeMedia = (typeof noticeMedia)[number]

/** Most notices that an input's list holds; further ones are counted under `more`. */
export const maxInputNotices = 24
/** Longest `subject` in characters. */
export const maxNoticeSubject = 80

/** One such thing on an input's session. A session that ends takes its notices with it at the next one's start. */
export const InputNotice = z.object({
  code: z.enum(noticeCodes),
  media: z.enum(noticeMedia),
  /** What it is about, by its technical name and never by words of the far end's choice: `G.711 mu-law`, `PID 0x101 teletext`. May be empty. */
  subject: z.string().max(maxNoticeSubject),
  /** How often it was seen, as of the last look; looks are up to ten seconds apart. */
  count: z.number().int(),
  since: z.iso.datetime(),
  /** It was seen within the last ten seconds. */
  isCurrent: z.boolean(),
})
export type InputNotice = z.infer<typeof InputNotice>

/** One observation, as it goes from engine to engine beside the media. */
export const InputNoticeDraft = InputNotice.pick({ code: true, media: true }).extend({
  subject: z.string(),
  count: z.number().int().positive(),
})
export type InputNoticeDraft = z.infer<typeof InputNoticeDraft>
