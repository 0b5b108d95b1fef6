import { type EventPage, noEventPage, type PageState, paths } from '@sluice/contract/api'
import type { Broadcast, ChannelActual } from '@sluice/contract/link'
import { type ChannelRow, readPage, type StoredImage } from '../services/channel/index.ts'
import type { PublicPlace } from './public-urls.ts'

/** After a show viewers are thanked for so long, also where the next one has its time already. */
const thanksMs = 30 * 60_000
/** As an engine holds a broadcast that lost its source: an encoder that comes back by itself is back by then. */
const backWithinMs = 60_000

/** The page of a channel as it was set, with whole addresses of its pictures. */
export function presentPage({ play_id: playId, page: column }: Pick<ChannelRow, 'play_id' | 'page'>, place: PublicPlace): EventPage {
  const { poster, logo, ...texts } = readPage(column)
  const image = (stored: StoredImage | undefined): EventPage['poster'] =>
    stored === undefined
      ? null
      : { url: `${place.origin}${paths.playImage(playId, stored.digest)}`, width: stored.width, height: stored.height }
  const set = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)) as Partial<EventPage>
  return { ...noEventPage, ...set, poster: image(poster), logo: image(logo) }
}

/** The last broadcast as control stored it: what is known of it once its engine is gone. */
export type StoredBroadcast = { readonly endedAtMs: number | null; readonly endedBy: string | null }

type Times = { readonly endedAtMs: number | null; readonly startsAt: string | null }

/** What viewers are told: a show that was ended is over whatever comes in, and one that lost its source is on until it is known to be over. */
export function pageState(
  actual: Pick<ChannelActual, 'state' | 'source'> | null,
  broadcast: Pick<Broadcast, 'endedAt'> | null,
  stored: StoredBroadcast | null,
  { endedAtMs, startsAt }: Times,
  nowMs: number,
): PageState {
  const overAtMs = endedAtMs ?? (broadcast === null ? (stored?.endedAtMs ?? null) : timeOf(broadcast.endedAt))
  if (endedAtMs === null) {
    if (actual?.source === 'slate') return 'break'
    if (actual?.state === 'live') return 'live'
    if (broadcast !== null && broadcast.endedAt === null) return 'break'
    // The engine that knew of the show is gone, and the encoder is on its way back.
    const isCutShort = stored?.endedAtMs === null || (stored?.endedBy === 'engine' && nowMs - (stored.endedAtMs ?? 0) < backWithinMs)
    if (broadcast === null && isCutShort) return 'break'
  }
  const isNextPlanned = startsAt !== null && Date.parse(startsAt) > nowMs
  if (overAtMs === null || (isNextPlanned && nowMs - overAtMs > thanksMs)) return 'before'
  return 'ended'
}

const timeOf = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso))
