import type { ProbeFaultCode } from '@sluice/contract/prober'
import { type Break, inPlaylist, moveTimes } from './breaking-proxy.ts'

/** Keeps what it gave first, as a cache that hangs does. */
function stuckPlaylists(): Break {
  const kept = new Map<string, { status: number; body: Buffer }>()
  return {
    instead: (file) => kept.get(file) ?? null,
    change: (file, passing) => {
      if (file.endsWith('.m3u8') && passing.status === 200 && !kept.has(file)) kept.set(file, { ...passing })
    },
    delayMs: () => 200,
  }
}

/** Refuses parts that the newest playlist only hinted at. */
function brokenHints(): Break {
  const hinted = new Set<string>()
  return {
    instead: (file) => (hinted.has(file) ? { status: 404, body: Buffer.from('gone') } : null),
    change: (_file, { body }) => {
      const hint = /PRELOAD-HINT:TYPE=PART,URI="(?:[^"]*\/)?([^"/]+)"/.exec(body.toString('latin1'))?.[1]
      if (hint !== undefined) hinted.add(hint)
    },
  }
}

const isMedia = (file: string): boolean => file.endsWith('.m4s')
const shiftDates = (ms: number) => (text: string) =>
  text.replace(/(DATE-TIME:)(\S+)/g, (_, tag: string, date: string) => tag + new Date(Date.parse(date) + ms).toISOString())

const countSplices = (more: number) => (text: string) =>
  text.replace(/(DISCONTINUITY-SEQUENCE:)(\d+)/, (_, tag: string, number: string) => tag + (Number(number) + more))

/** One for each rule that a probe holds the addresses against. */
export const brokenRules: { readonly [code in ProbeFaultCode]?: () => Break } = {
  'error-answer': () => ({ instead: (file) => (file.endsWith('.m3u8') ? { status: 500, body: Buffer.from('oops') } : null) }),
  'missing-file': () => ({ instead: (file) => (isMedia(file) ? { status: 404, body: Buffer.from('gone') } : null) }),
  'slow-answer': () => ({ delayMs: (file) => (isMedia(file) ? 2200 : 0) }),
  unreadable: () => ({ change: inPlaylist('', (text) => text.replace(/#EXT-X-TARGETDURATION:\d+/, '#EXT-X-TARGETDURATION:soon')) }),
  'target-changed': () => ({ change: inPlaylist('', (text) => text.replace(/#EXT-X-TARGETDURATION:2/, '#EXT-X-TARGETDURATION:3')) }),
  'sequence-back': () => ({
    change: inPlaylist('', (text) =>
      text.replace(/(MEDIA-SEQUENCE:)(\d+)/, (_, tag: string, number: string) => tag + (Number(number) - 40)),
    ),
  }),
  'segment-changed': () => ({ change: inPlaylist('', (text) => text.replace(/-(\d+)\.m4s$/gm, '-1$1.m4s')) }),
  // It is 0 as the show begins: what is to go back counts from 3 on.
  'discontinuity-back': () => ({ before: inPlaylist('', countSplices(3)), change: inPlaylist('', countSplices(2)) }),
  'segment-long': () => ({ change: inPlaylist('', (text) => text.replace(/#EXTINF:[\d.]+/, '#EXTINF:3.20000')) }),
  'part-long': () => ({ change: inPlaylist('', (text) => text.replace(/(#EXT-X-PART:.*DURATION=)[\d.]+/, '$10.61000')) }),
  'hold-back': () => ({ change: inPlaylist('', (text) => text.replace(/PART-HOLD-BACK=[\d.]+/, 'PART-HOLD-BACK=1.0')) }),
  'hint-broken': brokenHints,
  'reload-unheld': () => ({ ask: () => '', delayMs: () => 100 }),
  stalled: stuckPlaylists,
  'date-drift': () => ({
    change: inPlaylist('', (text) => {
      const lines = text.split('\n')
      const last = lines.findLastIndex((line) => line.startsWith('#EXT-X-PROGRAM-DATE-TIME'))
      return lines.map((line, i) => (i === last ? shiftDates(-400)(line) : line)).join('\n')
    }),
  }),
  'renditions-apart': () => ({ change: inPlaylist('a_', shiftDates(1500)) }),
  truncated: () => ({
    change: (file, passing) => {
      if (isMedia(file) && passing.status === 200) passing.body = passing.body.subarray(0, passing.body.length >> 1)
    },
  }),
  'times-broken': () => ({
    change: (file, passing) => {
      if (isMedia(file) && passing.status === 200)
        passing.body = moveTimes(passing.body, Number(/-(\d+)p?\.m4s$/.exec(file)?.[1]) % 2 === 0 ? 90_000 : 0)
    },
  }),
  'no-key-frame': () => ({
    change: inPlaylist('v_', (text) => text.replace(/(#EXT-X-PART:(?!.*INDEPENDENT).*)$/gm, '$1,INDEPENDENT=YES')),
  }),
  'av-offset': () => ({
    change: (file, passing) => {
      if (isMedia(file) && file.startsWith('a_') && passing.status === 200) passing.body = moveTimes(passing.body, 45_000)
    },
  }),
}

const inManifest =
  (change: (text: string) => string): NonNullable<Break['change']> =>
  (file, passing) => {
    if (file.endsWith('.mpd') && passing.status === 200) passing.body = Buffer.from(change(passing.body.toString()))
  }

function stuckManifest(): Break {
  let kept: { status: number; body: Buffer } | null = null
  return {
    instead: (file) => (file.endsWith('.mpd') ? kept : null),
    change: (file, passing) => {
      if (file.endsWith('.mpd')) kept ??= { ...passing }
    },
  }
}

/** The same for the manifest of DASH. */
export const brokenManifests: { readonly [code in ProbeFaultCode]?: () => Break } = {
  'error-answer': () => ({ instead: (file) => (file.endsWith('.mpd') ? { status: 500, body: Buffer.from('oops') } : null) }),
  unreadable: () => ({ change: inManifest((text) => text.slice(0, text.length / 2)) }),
  'target-changed': () => ({
    change: inManifest((text) =>
      text.replace(
        /availabilityStartTime="([^"]+)"/,
        (_, at: string) => `availabilityStartTime="${new Date(Date.parse(at) + 3000).toISOString()}"`,
      ),
    ),
  }),
  'segment-changed': () => ({
    change: inManifest((text) => text.replace(/(<Period [^>]*start=")[^"]*"/g, '$1PT7H"')),
  }),
  stalled: stuckManifest,
  truncated: () => ({
    change: (file, passing) => {
      if (file.endsWith('.m4s') && passing.status === 200) passing.body = passing.body.subarray(0, passing.body.length >> 1)
    },
  }),
  'missing-file': () => ({ instead: (file) => (file.endsWith('.m4s') ? { status: 404, body: Buffer.from('gone') } : null) }),
}
