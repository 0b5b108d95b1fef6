import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readStrings } from './read-strings.ts'

/** A text that a person reads: a string of the product's code, or a line of a page. `file` is from the root. */
export type Text = { readonly file: string; readonly line: number; readonly text: string }

const code = ['apps/*/**/*.{ts,tsx}', 'packages/*/**/*.{ts,tsx}', 'tools/{boot,demo,account,backup,docs}/*.{ts,mjs}']
const pages = ['README.md', 'CONTRIBUTING.md', 'docs/*.md', 'bench/README.md']
const isNotShown = /node_modules|\/dist\/|\.test\.|\.e2e\.|\/testing\/|packages\/testkit\/|\/fixtures\//

/** All texts for people: what UI, command line, API, events and logs say, and the pages of the docs. Sorted by place. */
export function readTexts(rootDir: string): Text[] {
  const files = (patterns: string[]): string[] =>
    globSync(patterns, { cwd: rootDir, exclude: (name) => name === 'node_modules' }).toSorted()
  const read = (file: string): string => readFileSync(path.join(rootDir, file), 'utf8')
  return [
    ...files(code)
      .filter((file) => !isNotShown.test(file))
      .flatMap((file) => readStrings(read(file), file.endsWith('.tsx')).map((one) => ({ file, ...one }))),
    ...files(pages).flatMap((file) =>
      read(file)
        .split('\n')
        .map((text, i) => ({ file, line: i + 1, text }))
        .filter(({ text }) => text.trim() !== ''),
    ),
  ]
}
