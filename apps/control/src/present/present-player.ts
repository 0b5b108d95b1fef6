import { isoTime } from '@sluice/base/clock'
import { type OEmbed, type Player, type PlayInfo, paths } from '@sluice/contract/api'
import type { PlayerRecord } from '../services/player/index.ts'
import type { PublicPlace } from './public-urls.ts'

/** What a frame may do in the page around it. */
const allow = 'autoplay; fullscreen; picture-in-picture; encrypted-media'

/** A player with the addresses and the code that its caller pastes. */
export function presentPlayer(record: PlayerRecord, place: PublicPlace): Player {
  const { origin } = place
  const playId = record.play_id
  const page = `${origin}/watch/${playId}`
  const embed = `${origin}/embed/${playId}`
  return {
    id: record.id,
    channelId: record.channel_id,
    name: record.name,
    sites: record.sites,
    look: record.look,
    start: record.start,
    playId,
    page,
    embed,
    oembed: oembedUrl(origin, page),
    code: { iframe: iframeCode(embed, record.look.title ?? record.name), element: elementCode(origin, playId) },
    createdAt: isoTime(record.created_at_ms),
    updatedAt: isoTime(record.updated_at_ms),
  }
}

export const oembedUrl = (origin: string, page: string): string => `${origin}${paths.oembed}?url=${encodeURIComponent(page)}`

const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => special[character]!)

const iframeCode = (embed: string, title: string): string =>
  `<iframe src="${escapeHtml(embed)}" title="${escapeHtml(title)}" style="aspect-ratio:16/9;width:100%;border:0" allow="${allow}" allowfullscreen></iframe>`

const elementCode = (origin: string, playId: string): string =>
  `<script type="module" src="${escapeHtml(origin)}/player-assets/sluice-player.js"></script>\n<sluice-player play="${escapeHtml(playId)}"></sluice-player>`

/** The box of an oEmbed answer: 16:9, within what the asking site has room for. */
const wholeWidth = 1280

/** What a site that was given a link shows in its place. Spec: oembed.com §2.3.4.2 */
export function presentOEmbed({ name, page }: PlayInfo, embed: string, origin: string, max: { width?: number; height?: number }): OEmbed {
  const width = Math.max(1, Math.floor(Math.min(max.width ?? wholeWidth, ((max.height ?? Number.POSITIVE_INFINITY) * 16) / 9)))
  const height = Math.max(1, Math.round((width * 9) / 16))
  const title = page.title ?? name
  return {
    type: 'video',
    version: '1.0',
    title,
    provider_name: page.host ?? 'Sluice',
    provider_url: origin,
    html: `<iframe src="${escapeHtml(embed)}" title="${escapeHtml(title)}" width="${width}" height="${height}" style="border:0" allow="${allow}" allowfullscreen></iframe>`,
    width,
    height,
    ...(page.poster === null
      ? {}
      : { thumbnail_url: page.poster.url, thumbnail_width: page.poster.width, thumbnail_height: page.poster.height }),
  }
}
