import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

const sources = ['{packages,apps,tools,bench,e2e}/**/*.{ts,tsx}']
const skipped = /(^|\/)(node_modules|dist|out)(\/|$)/
const cast = ['as', 'unknown', 'as'].join(' ')
/** Functions that run in a page of a browser are typed by `e2e/web/page-globals.ts`, which says why. */
const ofPages = `globalThis ${cast} `

/** A cast through `unknown` switches the types off: a shape that changes goes on passing its tests. Each one has its reason above it. */
export const findCasts = (rootDir: string): string[] =>
  globSync(sources, { cwd: rootDir, exclude: (name) => skipped.test(name) })
    .filter((file) => !skipped.test(file))
    .toSorted()
    .flatMap((file) => findCastsIn(file, readFileSync(path.join(rootDir, file), 'utf8')))

/** Those of one file: one line each. */
export const findCastsIn = (file: string, text: string): string[] =>
  text.split('\n').flatMap((line, i, lines) => {
    const isCast = line.replaceAll(ofPages, '').includes(` ${cast} `) || line.endsWith(` ${cast}`)
    return !isCast || /\/\/ cast: \S+ \S+/.test(lines[i - 1] ?? '')
      ? []
      : [
          `${file}:${i + 1}: '${cast}' without a reason: give a narrow type or a real object, or say above it why neither works: // cast: ...`,
        ]
  })
