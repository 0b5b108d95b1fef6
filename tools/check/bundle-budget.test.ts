import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { findOverweight } from './bundle-budget.ts'

const files: Readonly<Record<string, string>> = {
  'index.html': '<script type="module" src="/assets/index-A.js"></script><link rel="stylesheet" href="/assets/index-B.css">',
  'assets/index-A.js':
    'const d=(m.f||(m.f=["assets/Page-C.js","assets/Page-D.css"]));import{a}from"./shared-E.js";l(()=>import(`./Page-C.js`),__vite__mapDeps([0,1]))',
  'assets/index-B.css': 'a{b:c}',
  'assets/shared-E.js': 'export const a=1',
  'assets/Page-C.js': 'import{a}from"./shared-E.js";import"./only-F.js"',
  'assets/Page-D.css': 'd{e:f}',
  'assets/only-F.js': 'x()',
  'assets/elsewhere-G.js': 'never()',
}
const kbOf = (...names: string[]): string => (names.reduce((sum, name) => sum + gzipSync(files[name]!).length, 0) / 1000).toFixed(1)
const first = ['index.html', 'assets/index-A.js', 'assets/index-B.css', 'assets/shared-E.js']
const budget = { what: 'the page', dir: 'dist', page: 'index.html', chunks: [] as string[], maxKb: 10 }

function weigh(change: Partial<typeof budget>): { said: string[]; problems: string[] } {
  const root = mkdtempSync(path.join(tmpdir(), 'sluice-budget-'))
  try {
    mkdirSync(path.join(root, 'dist/assets'), { recursive: true })
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, 'dist', name), text)
    const said: string[] = []
    return { problems: findOverweight(root, (line) => said.push(line), [{ ...budget, ...change }]), said }
  } finally {
    rmSync(root, { recursive: true })
  }
}

test('a page weighs what it loads at once, and a late chunk adds its own and its style sheet', () => {
  assert.deepEqual(weigh({}), { problems: [], said: [`the page: ${kbOf(...first)} kB of 10 kB, gzipped`] })
  const late = kbOf(...first, 'assets/Page-C.js', 'assets/Page-D.css', 'assets/only-F.js')
  assert.deepEqual(weigh({ chunks: ['Page'] }).said, [`the page: ${late} kB of 10 kB, gzipped`])
})

test('a page over its budget fails with the figure', () => {
  const { problems } = weigh({ maxKb: 0.2 })
  assert.equal(problems.length, 1)
  assert.match(problems[0]!, new RegExp(`^the page: ${kbOf(...first)} kB of 0\\.2 kB, gzipped: over its budget`))
})

test('a page that is not built and a chunk that is not there fail', () => {
  assert.match(weigh({ dir: 'gone' }).problems[0]!, /gone\/index\.html: not built/)
  assert.match(weigh({ chunks: ['Gone'] }).problems[0]!, /no chunk 'Gone' is loaded by index\.html/)
})
