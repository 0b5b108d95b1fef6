import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { findAppProblems } from './app-findings.ts'
import { type AppRooms, appRooms, roomInApp } from './app-rooms.ts'
import { readImports } from './imports.ts'
import { placeOf } from './place.ts'
import { readSourceFiles, type SourceFile } from './source-tree.ts'

const rootDir = path.resolve(import.meta.dirname, '../..')
const checkout = readSourceFiles(rootDir)

const sourceFile = (file: string, text: string): SourceFile => ({ place: placeOf(file)!, text, lines: 1, imports: readImports(text) })

/** What one more file brings to the problems of an app of this checkout. */
function problemsOfPlanted(app: string, file: string, text: string): string[] {
  const rooms = appRooms.find((one) => one.app === app)!
  const before = findAppProblems(rooms, checkout)
  return findAppProblems(rooms, [...checkout, sourceFile(file, text)]).filter((problem) => !before.includes(problem))
}

const planted: { app: string; file: string; text: string; problem: RegExp }[] = [
  {
    app: 'control',
    file: 'apps/control/src/db/planted.ts',
    text: "import { x } from '../api/index.ts'",
    problem: /^apps\/control\/src\/db\/planted\.ts:1: room db may not enter api: the allowed pairs are in tools\/rooms\/control\.ts$/,
  },
  {
    app: 'control',
    file: 'apps/control/src/services/output/planted.ts',
    text: "\nimport type { X } from '../../db/tables.ts'",
    problem: /planted\.ts:2: '\.\.\/\.\.\/db\/tables\.ts' reaches past the door of room db: import '\.\.\/\.\.\/db\/index\.ts'$/,
  },
  {
    app: 'engine',
    file: 'apps/engine/src/report/planted.ts',
    text: "import { x } from '../channel/index.ts'",
    problem: /planted\.ts:1: room report may not enter channel/,
  },
  {
    app: 'engine',
    file: 'apps/engine/src/report/planted.ts',
    text: "import { startEngine } from '../start-engine.ts'",
    problem: /planted\.ts:1: '\.\.\/start-engine\.ts' is in the hall of engine, which no room imports/,
  },
  {
    app: 'console',
    file: 'apps/console/src/features/clips/planted.ts',
    text: "import { x } from '../inputs/index.ts'",
    problem: /planted\.ts:1: room features\/clips may not enter features\/inputs/,
  },
  {
    app: 'console',
    file: 'apps/console/src/ui/form/planted.ts',
    text: "export { x } from '../../features/inputs/index.ts'",
    problem: /planted\.ts:1: room ui\/form may not enter features\/inputs/,
  },
]
for (const { app, file, text, problem } of planted) {
  test(`in ${app}, ${file.replace(/^apps\/\w+\/src\//, '')} with \`${text.trim()}\` fails the check`, () => {
    const problems = problemsOfPlanted(app, file, text)
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0]!, problem)
  })
}

test('`npm run rooms` names a wrong import with its line and exits with 1', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'rooms-'))
  try {
    for (const folder of ['packages/media/bus', 'bench', 'e2e']) mkdirSync(path.join(dir, folder), { recursive: true })
    for (const folder of ['bench', 'e2e']) writeFileSync(path.join(dir, folder, 'package.json'), '{}')
    writeFileSync(path.join(dir, 'packages/media/bus/bus.ts'), "\nimport { x } from '../gop/gop.ts'\n")
    const { status, stdout } = spawnSync(process.execPath, [path.join(rootDir, 'tools/check-rooms.ts'), dir], { encoding: 'utf8' })
    assert.match(stdout, /^packages\/media\/bus\/bus\.ts:2: '\.\.\/gop\/gop\.ts' reaches past the door of room gop/m)
    assert.equal(status, 1)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

// A made-up app: rooms a, b, and the group s with s/x and s/y.
const rooms = (pairs: AppRooms['pairs']): AppRooms => ({ app: 'toy', groups: ['s'], pairs })
const toy = (files: Record<string, string>): SourceFile[] =>
  Object.entries(files).map(([file, text]) => sourceFile(file.startsWith('tools/') ? file : `apps/toy/src/${file}`, text))

test('a file belongs to its folder, in a group to the folder below, and beside the folders to the hall', () => {
  const of = (file: string) => roomInApp(rooms({}), `apps/toy/src/${file}`)
  assert.deepEqual(['main.ts', 'a/b/c.ts', 's/kit.ts', 's/x/get.ts', 's/x/parts/p.ts'].map(of), ['', 'a', 's', 's/x', 's/x'])
  assert.equal(roomInApp(rooms({}), 'apps/other/src/a/b.ts'), null)
})

test('a pair lets a room in, a starred one each room of its group, and the hall enters every door', () => {
  const files = toy({
    'main.ts': "import './a/index.ts'\nimport './s/y/index.ts'",
    'a/a.ts': "import { x } from '../s/x/index.ts'",
    's/x/get.ts': "import { b } from '../../b/index.ts'",
    's/y/get.ts': "import type { Kit } from '../index.ts'",
    'b/b.ts': "import { own } from './own.ts'",
    's/kit.ts': '',
  })
  assert.deepEqual(findAppProblems(rooms({ a: { 's/*': 'calls verbs' }, 's/*': { b: 'reads', s: 'shares the kit' } }), files), [])
})

test('a pair that no import uses and a pair without a reason are named with their line in the list', () => {
  const list = "pairs: {\n  a: {\n    b: 'reads',\n  },\n  's/*': { b: '' },\n}"
  const files = toy({ 'tools/rooms/toy.ts': list, 's/x/get.ts': "import { b } from '../../b/index.ts'", 'b/b.ts': '', 'a/a.ts': '' })
  assert.deepEqual(findAppProblems(rooms({ a: { b: 'reads' }, 's/*': { b: '' } }), files), [
    'tools/rooms/toy.ts:3: no import uses the pair a -> b: delete it',
    'tools/rooms/toy.ts:5: the pair s/* -> b has no reason',
  ])
})

test('pairs that make a circle are named, also when only types go round', () => {
  const files = toy({
    'a/a.ts': "import type { X } from '../s/x/index.ts'",
    's/x/get.ts': "import type { B } from '../../b/index.ts'",
    'b/b.ts': "import type { A } from '../a/index.ts'",
  })
  assert.deepEqual(findAppProblems(rooms({ a: { 's/x': 'w' }, 's/*': { b: 'w' }, b: { a: 'w' } }), files), [
    'tools/rooms/toy.ts:1: allowed pairs make a circle: a -> s/x -> b -> a',
  ])
})

test('an app does not import itself by its package name, past the hall', () => {
  const files = toy({ 'a/a.ts': "import { start } from '@sluice/toy'\nimport '@sluice/toys'" })
  assert.deepEqual(findAppProblems(rooms({}), files), ["apps/toy/src/a/a.ts:1: '@sluice/toy' is toy itself: import the room by its path"])
})

test('a test enters any door and `testing`, but no room past its door; `testing` is closed to the program', () => {
  const files = toy({
    'a/a.test.ts': "import '../b/index.ts'\nimport '../testing/fakes.ts'\nimport '../start.ts'\nimport '../b/inner.ts'",
    'testing/fakes.ts': "import '../start.ts'\nimport '../a/index.ts'",
    'b/b.ts': "import '../testing/fakes.ts'",
  })
  assert.deepEqual(findAppProblems(rooms({}), files), [
    "apps/toy/src/a/a.test.ts:4: '../b/inner.ts' reaches past the door of room b: import '../b/index.ts'",
    "apps/toy/src/b/b.ts:1: '../testing/fakes.ts' is for tests alone",
  ])
})
