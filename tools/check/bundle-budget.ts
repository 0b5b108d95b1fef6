import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const bytesPerKb = 1000

/** What a browser loads for one thing, HTML, scripts and style sheets together, and how much of it there may be. Fonts are not counted. */
export type Budget = {
  readonly what: string
  /** Folder of the built files, from the root. */
  readonly dir: string
  readonly page: string
  /** Chunks that the page loads later, by the start of their file name, and that it is not done without. */
  readonly chunks: readonly string[]
  readonly maxKb: number
}

/** In kB (decimal) of gzip. Whoever makes one of them larger raises the number here. */
const budgets: readonly Budget[] = [
  { what: 'the first load of the console', dir: 'apps/console/dist', page: 'index.html', chunks: [], maxKb: 305 },
  { what: "a channel's page of the console", dir: 'apps/console/dist', page: 'index.html', chunks: ['ChannelRoute'], maxKb: 352 },
  { what: 'the player page', dir: 'apps/player/dist', page: 'watch.html', chunks: ['hls'], maxKb: 202 },
  { what: 'the player in one file', dir: 'apps/player/dist/player-assets', page: 'sluice-player.js', chunks: [], maxKb: 200 },
]

/** Budgets that are passed, one sentence each with the figure; the others are told by `say`. */
export function findOverweight(rootDir: string, say: (line: string) => void, list: readonly Budget[] = budgets): string[] {
  return list.flatMap(({ what, dir, page, chunks, maxKb }) => {
    const place = path.join(rootDir, dir)
    if (!existsSync(path.join(place, page))) return [`${dir}/${page}: not built, so ${what} can't be weighed: run npm run setup`]
    const files = filesOf(place, page, chunks)
    if (typeof files === 'string') return [`${dir}: ${files}, so ${what} can't be weighed: name the chunk in tools/check/bundle-budget.ts`]
    const kb = files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(place, file))).length, 0) / bytesPerKb
    const line = `${what}: ${kb.toFixed(1)} kB of ${maxKb} kB, gzipped`
    if (kb > maxKb) return [`${line}: over its budget. Load less, or raise the budget in tools/check/bundle-budget.ts`]
    say(line)
    return []
  })
}

/** The page and all that it loads at once, with the late chunks and theirs; a sentence when a late chunk is not there. */
function filesOf(place: string, page: string, chunks: readonly string[]): string[] | string {
  const found = new Set([page])
  for (const file of found) for (const next of loadedBy(place, file)) found.add(next)
  for (const chunk of chunks) {
    const late = [...found].flatMap((file) => lateIn(place, file, chunk))
    if (late.length === 0) return `no chunk '${chunk}' is loaded by ${page}`
    for (const file of late) found.add(file)
    for (const file of found) for (const next of loadedBy(place, file)) found.add(next)
  }
  return [...found]
}

const linked = /(?:src|href)="\/([^"]+\.(?:js|css))"/g
const imported = /(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g

function loadedBy(place: string, file: string): string[] {
  if (file.endsWith('.css')) return []
  const text = readFileSync(path.join(place, file), 'utf8')
  if (file.endsWith('.html')) return [...text.matchAll(linked)].map((m) => m[1]!)
  return [...text.matchAll(imported)].map((m) => path.posix.join(path.posix.dirname(file), m[1]!))
}

/** A chunk that a script loads by `import()`, and the style sheets that Vite lists with it. */
function lateIn(place: string, file: string, chunk: string): string[] {
  if (!file.endsWith('.js')) return []
  const text = readFileSync(path.join(place, file), 'utf8')
  const call = new RegExp(
    `import\\(["'\`]\\./(${chunk.replaceAll('.', '\\.')}-[^"'\`]+\\.js)["'\`]\\)(?:,__vite__mapDeps\\(\\[([\\d,]*)\\]\\))?`,
  ).exec(text)
  if (call === null) return []
  const listed = JSON.parse(/m\.f=(\[[^\]]*\])/.exec(text)?.[1] ?? '[]') as string[]
  const sheets = (call[2] ?? '')
    .split(',')
    .flatMap((at) => (at === '' ? [] : (listed[Number(at)] ?? [])))
    .filter((name) => name.endsWith('.css'))
  return [path.posix.join(path.posix.dirname(file), call[1]!), ...sheets]
}
