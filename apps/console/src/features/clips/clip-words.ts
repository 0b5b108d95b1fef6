import type { Clip } from '@sluice/contract/api'
import { formatBytes, formatCount, formatFps, formatSpan } from '../../ui/format/index.ts'

const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  ts: 'video/mp2t',
  mts: 'video/mp2t',
  flv: 'video/x-flv',
}

/** Endings of files that can be chosen, for the browser's dialog. */
export const fileEndings = Object.keys(types).map((ending) => `.${ending}`)

const endingOf = (fileName: string): string => /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''

/** The content type of a file by its ending: browsers know few of them, and not the same. Null for what is not taken. */
export const contentTypeOf = (fileName: string): string | null => types[endingOf(fileName)] ?? null

/** A clip's first name: that of its file. */
export const nameOf = (fileName: string): string =>
  fileName
    .replace(/\.[^.]+$/, '')
    .trim()
    .slice(0, 80) || 'Clip'

/** What there is to know of a clip that is ready. */
export function clipFacts({ width, height, fps, kind, durationMs, hasAudio, bytes }: Clip): string {
  const facts = [
    width !== null && `${width} × ${height}`,
    kind === 'video' && fps !== null && `${formatFps(fps)} fps`,
    kind === 'video' && durationMs !== null && formatSpan(Math.round(durationMs / 1000) * 1000),
    kind === 'video' && (hasAudio ? 'with audio' : 'no audio'),
    bytes !== null && formatBytes(bytes),
  ]
  return facts.filter((fact) => fact !== false).join(' · ')
}

/** Who would miss it. */
export function clipUse({ usedBy: { channels, inputs } }: Clip): string {
  const uses = [channels > 0 && `slate on ${formatCount(channels, 'channel')}`, inputs > 0 && `played by ${formatCount(inputs, 'input')}`]
  const said = uses.filter((use) => use !== false).join(', ')
  return said === '' ? 'Not in use' : said[0]!.toUpperCase() + said.slice(1)
}
