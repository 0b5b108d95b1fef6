import type { EventPage, PageState, PlayInfo } from '@sluice/contract/api'
import type { PlayerState } from './player-state.ts'

/** Words that stand in place of the picture, or over it. `timer`: a countdown, as large as it gets. */
export type PageCard = { readonly kick: string; readonly title: string; readonly timer: string; readonly text: string }

/** What is known of the channel's page. `isBreak`: the slate is what this viewer sees. */
export type PageFacts = {
  readonly name: string
  readonly state: PageState
  readonly page: EventPage
  /** How a player of its own looks; null: the channel's. */
  readonly player: PlayInfo['player']
  readonly isBreak: boolean
}

const breakText = 'The picture is interrupted. Stay here: it comes back by itself.'

/** The card for this moment; null: the picture speaks for itself, or nothing is known yet. `locale`: of the viewer, in tests. */
export function cardOf(facts: PageFacts | null, player: PlayerState, nowMs: number, locale?: string): PageCard | null {
  if (facts === null) return null
  const { page, state, isBreak } = facts
  const onBreak: PageCard = { kick: '', title: 'We’ll be right back', timer: '', text: page.breakText ?? breakText }
  if (player === 'live' || player === 'stalled') return isBreak ? onBreak : null
  if (player === 'ready' || player === 'blocked') return { kick: 'Live now', title: page.title ?? facts.name, timer: '', text: '' }
  if (player !== 'waiting') return null
  if (state === 'break') return onBreak
  if (state === 'ended') {
    const next = startOf(page, nowMs) === null ? '' : `The next show is on ${startWords(page, locale)}.`
    return { kick: 'The show has ended', title: 'Thank you for watching', timer: '', text: page.endText ?? next }
  }
  const title = page.title ?? facts.name
  if (state === 'live') return { kick: 'Starting', title, timer: '', text: 'The picture comes in a moment.' }
  const leftMs = startOf(page, nowMs)
  const byItself = page.beforeText ?? 'The picture starts by itself.'
  if (leftMs === null)
    return { kick: page.startsAt === null ? 'Waiting for the stream' : 'Starting soon', title, timer: '', text: byItself }
  return { kick: `${title} starts in`, title: '', timer: formatLeft(leftMs), text: `${startWords(page, locale)}. ${byItself}` }
}

/** Milliseconds until the planned start; null: none is ahead. */
function startOf({ startsAt }: EventPage, nowMs: number): number | null {
  const leftMs = startsAt === null ? 0 : Date.parse(startsAt) - nowMs
  return leftMs > 0 ? leftMs : null
}

/** In the viewer's own time and way of writing it. */
function startWords({ startsAt }: EventPage, locale?: string): string {
  const date = new Date(startsAt ?? 0)
  const day = date.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long' })
  return `${day}, ${date.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })} your time`
}

/** `12:41`, `2:05:09`, `3 days 4 h`. A second that has begun counts. */
export function formatLeft(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000)
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  if (days > 0) return `${days} ${days === 1 ? 'day' : 'days'} ${hours} h`
  const two = (value: number): string => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
