import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { findHolders, type Holder } from './find-holders.ts'

/** Where media, link, live state and logs go through. Pages and command lines end with their reader. */
const sources = 'packages/{base,codecs,containers,protocols,media,contract}/**/*.ts,apps/{engine,transcoder,control}/src/**/*.ts'
const skipped = /(^|\/)(node_modules|dist|testing|fixtures|test)(\/|$)|\.(test|bench)\.ts$/
const leastWords = 2

export type FileHolders = { readonly file: string; readonly text: string; readonly holders: readonly Holder[] }

/** The holders of all files on those paths. */
export function readHolders(rootDir: string): FileHolders[] {
  return globSync(sources.split(/,(?![^{]*\})/), { cwd: rootDir, exclude: (name) => skipped.test(name) })
    .filter((file) => !skipped.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(rootDir, file), 'utf8')
      return { file: file.replaceAll('\\', '/'), text, holders: findHolders(text) }
    })
}

/** Holders that nothing bounds, and markers that belong to none: one line each. */
export function findUnbounded(files: readonly FileHolders[]): string[] {
  return files.flatMap(({ file, text, holders }) => [
    ...holders
      .filter(({ bound }) => bound === null || bound.split(/\s+/).length < Math.min(leastWords, bound.length))
      .map((one) => told(file, one)),
    ...strayMarkers(file, text, holders),
  ])
}

const told = (file: string, { line, name, holds }: Holder): string =>
  `${file}:${line}: ${name} is a ${holds} without a bound: use a type of @sluice/base/bounded, or name what bounds it above: // bound: ...`

function strayMarkers(file: string, text: string, holders: readonly Holder[]): string[] {
  const own = new Set(holders.flatMap(({ line }) => [line, line - 1]))
  return text.split('\n').flatMap((line, i) => {
    const isMarker = /(?:^|\s)\/\/ bound: /.test(line)
    return isMarker && !own.has(i + 1) ? [`${file}:${i + 1}: a bound is named here, and nothing is held on this line or the next`] : []
  })
}

/** `docs/holders.md`: one row for each holder. */
export function formatHoldersPage(rootDir: string): string {
  const rows = readHolders(rootDir).flatMap(({ file, holders }) =>
    holders.map(({ name, holds, bound }) => `| ${shortOf(file)} | \`${name}\` | ${holds} | ${(bound ?? 'none').replaceAll('|', '\\|')} |`),
  )
  return `${intro}\n| where | name | what | bound |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

const shortOf = (file: string): string =>
  file
    .replace(/^packages\//, '')
    .replace(/^apps\/(\w+)\/src\//, '$1: ')
    .replace(/\.ts$/, '')

const intro = `# Holders

<!-- Made by \`npm run generate\` from the sources and their \`// bound:\` comments: change it there. -->

All that keeps frames, bytes, answers, messages or names over time on the way of media, on the link, in live state and in logs, with what bounds it.
Sizes of one frame are bounded by the readers: 16 MiB over RTMP and SRT, a segment of 48 MiB over HLS. \`npm run check\` finds the holders itself and
refuses one without a bound: a type of \`packages/base/bounded\`, or a comment that names what bounds it.
`
