import type { PlaybackFigures, PlaybackStats, Player } from '@sluice/contract/api'
import { formatFacts, formatTable } from './table.ts'
import { plain } from './text.ts'

export const formatPlayers = (players: readonly Player[]): string =>
  formatTable(
    [{ head: 'player' }, { head: 'sites' }, { head: 'page' }, { head: 'id' }],
    players.map(({ id, name, sites, page }) => [plain(name), sites.length === 0 ? 'every site' : sites.join(', '), page, id]),
  )

/** Addresses, and the code as it is pasted. */
export function formatPlayer({ name, sites, page, embed, oembed, look, start, code }: Player): string {
  const facts = formatFacts([
    ['player', plain(name)],
    ['sites', sites.length === 0 ? 'every site' : sites.join(', ')],
    ['title', look.title === null ? null : plain(look.title)],
    ['starts', `${start.autoplay ? 'by itself' : 'when pressed'}, ${start.muted ? 'without sound' : 'with sound'}`],
    ['quality', start.maxHeight === null ? null : `up to ${start.maxHeight}p`],
    ['page', page],
    ['embed', embed],
    ['oEmbed', oembed],
  ])
  return `${facts}\nAs a frame:\n${code.iframe}\n\nAs an element:\n${code.element}\n`
}

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
const spread = (figures: PlaybackFigures['startupMs']): string =>
  figures === null ? 'unknown so far' : `${seconds(figures.p50)} median, 95 of 100 within ${seconds(figures.p95)}`

/** What viewers saw, with the formats that they saw it in. */
export function formatPlayback({ viewers, reporting, total, formats, marks }: PlaybackStats, channelName: string): string {
  const errors = Object.entries(total.errors).filter(([, count]) => count > 0)
  const facts = formatFacts([
    ['channel', plain(channelName)],
    ['viewers', `${viewers ?? 'unknown'}, of which ${reporting} report what they see`],
    ['starts', `${total.starts}, and ${total.exitsBeforeStart} left before the first picture`],
    ['startup', spread(total.startupMs)],
    ['stalls', `${total.stalls}${total.stallsPerHour === null ? '' : `, ${total.stallsPerHour.toFixed(1)} an hour of play`}`],
    ['stalled', total.rebufferRatio === null ? 'unknown so far' : `${percent(total.rebufferRatio)} of the time`],
    ['latency', spread(total.latencyMs)],
    ['errors', errors.length === 0 ? 'none' : errors.map(([kind, count]) => `${count} ${kind}`).join(', ')],
  ])
  const table =
    formats.length === 0
      ? ''
      : `\n${formatTable(
          [
            { head: 'format' },
            { head: 'viewers', isNumber: true },
            { head: 'stalls', isNumber: true },
            { head: 'latency', isNumber: true },
          ],
          formats.map(({ step, rung, viewers: own, stalls, latencyMs }) => [
            `${step} ${plain(rung)}`,
            String(own),
            String(stalls),
            latencyMs === null ? '–' : seconds(latencyMs.p50),
          ]),
        )}`
  const said = marks.filter(({ kind }) => kind === 'complaint').map(({ at, text }) => `${at}  ${plain(text)}`)
  return facts + table + (said.length === 0 ? '' : `\nComplaints:\n${said.join('\n')}\n`)
}
