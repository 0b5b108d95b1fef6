import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCycles } from './cycles.ts'
import { findProblems } from './findings.ts'
import { findUnguarded } from './guards.ts'
import { readImports } from './imports.ts'
import { placeOf } from './place.ts'
import { judgeImport, type Workspace } from './rules.ts'

const workspaces = new Map<string, Workspace>([
  ['packages/base', { name: '@sluice/base', doors: ['./bytes'], dependencies: [] }],
  ['packages/codecs', { name: '@sluice/codecs', doors: ['./h264'], dependencies: ['@sluice/base'] }],
  ['packages/contract', { name: '@sluice/contract', doors: ['./api'], dependencies: ['@sluice/base', 'zod'] }],
  ['packages/testkit', { name: '@sluice/testkit', doors: ['./clock'], dependencies: ['@sluice/base'] }],
  ['packages/protocols', { name: '@sluice/protocols', doors: ['./rtmp'], dependencies: ['@sluice/base', '@sluice/codecs'] }],
  ['apps/control', { name: '@sluice/control', doors: ['.'], dependencies: ['@sluice/base', '@sluice/contract', '@sluice/protocols'] }],
])

const cases: { file: string; from: string; problem: RegExp | null }[] = [
  { file: 'packages/codecs/h264/sps.ts', from: '@sluice/base/bytes', problem: null },
  { file: 'packages/codecs/h264/sps.ts', from: '@sluice/base/bytes/integers', problem: /is no door of @sluice\/base: \.\/bytes/ },
  { file: 'packages/base/bytes/bytes.ts', from: '@sluice/codecs/h264', problem: /not in packages\/base\/package\.json/ },
  { file: 'apps/control/src/main.ts', from: '@sluice/protocols/rtmp', problem: /control may import base, contract, judge, not/ },
  { file: 'packages/codecs/h264/sps.ts', from: '../bits/index.ts', problem: null },
  { file: 'packages/codecs/h264/sps.ts', from: '../bits/bit-reader.ts', problem: /past the door of room bits/ },
  { file: 'packages/codecs/h264/sps.ts', from: '../../base/bytes/index.ts', problem: /leaves packages\/codecs/ },
  { file: 'packages/codecs/h264/sps.ts', from: 'node:fs', problem: /codecs\/h264 knows no Node modules/ },
  { file: 'packages/codecs/h264/sps.test.ts', from: 'node:fs', problem: null },
  { file: 'packages/codecs/h264/sps.test.ts', from: '@sluice/testkit/clock', problem: null },
  { file: 'packages/codecs/h264/sps.ts', from: '@sluice/testkit/clock', problem: /not in packages\/codecs\/package\.json/ },
  { file: 'packages/protocols/rtmp/server.ts', from: 'node:net', problem: null },
  { file: 'packages/protocols/rtmp/session.ts', from: 'node:net', problem: /outside server\.ts, client\.ts, dgram-socket\.ts, crypto\.ts/ },
  { file: 'packages/contract/api/page.ts', from: 'zod', problem: null },
  { file: 'packages/contract/api/page.ts', from: 'ajv', problem: /'ajv' is not in packages\/contract\/package\.json/ },
]
for (const { file, from, problem } of cases) {
  test(`${file} ${problem === null ? 'may' : 'may not'} import '${from}'`, () => {
    const verdict = judgeImport(placeOf(file)!, { from, isType: false, line: 1 }, workspaces)
    if (problem === null) assert.equal(verdict, null)
    else assert.match(verdict ?? 'allowed', problem)
  })
}

test('imports are found in every form, with their line, and comments hold none', () => {
  const text = [
    "import { a } from './a.ts'",
    "import type { B } from './b.ts'",
    '/** import { x } from',
    "'./x.ts' */",
    'export {',
    '  c,',
    "} from './c.ts'",
    "import { type D, type E } from './d.ts'",
    "import './f.ts'",
    "const g = await import('./g.ts')",
    "import h, { type I } from './h.ts'",
  ].join('\n')
  assert.deepEqual(
    readImports(text).map((one) => [one.from, one.isType, one.line]),
    [
      ['./a.ts', false, 1],
      ['./b.ts', true, 2],
      ['./c.ts', false, 5],
      ['./d.ts', true, 8],
      ['./h.ts', false, 11],
      ['./f.ts', false, 9],
      ['./g.ts', false, 10],
    ],
  )
})

test('a cycle is told as a closed walk, a diamond is none', () => {
  const edges = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
    ['d', []],
    ['x', ['y']],
    ['y', ['z']],
    ['z', ['x']],
  ])
  assert.deepEqual(findCycles(edges), [['x', 'y', 'z', 'x']])
})

test('a file over the alarm needs its reason, and rooms that import each other are told', () => {
  const file = (name: string, text: string, froms: string[]) => ({
    place: placeOf(name)!,
    text,
    lines: text.split('\n').length,
    imports: froms.map((from) => ({ from, isType: false, line: 1 })),
  })
  const long = '\n'.repeat(500)
  const problems = findProblems(
    [
      file('packages/media/bus/bus.ts', long, ['../gop/index.ts']),
      file('packages/media/gop/index.ts', `// long because: a table\n${long}`, ['../bus/index.ts']),
      file('packages/media/bus/index.ts', '', ['./bus.ts']),
    ],
    new Map(),
    [],
  )
  assert.equal(problems.length, 3)
  assert.match(problems[0]!, /files import each other: .*bus\.ts -> .*gop\/index\.ts -> .*bus\/index\.ts/)
  assert.match(problems[1]!, /rooms import each other: packages\/media\/bus -> packages\/media\/gop -> packages\/media\/bus/)
  assert.match(problems[2]!, /packages\/media\/bus\/bus\.ts:1: 501 lines, over 400/)
})

const heard: { line: string; isRefused: boolean }[] = [
  { line: "socket.on('data', (bytes) => this.#onData(bytes))", isRefused: true },
  { line: "this.#guard.on(socket, 'data', (bytes: Uint8Array) => this.#onData(bytes))", isRefused: false },
  { line: "server.once('error', reject)", isRefused: false },
  { line: "socket.on('error', () => {})", isRefused: false },
  { line: 'setInterval(() => look(), 100)', isRefused: true },
  { line: 'socket.setTimeout(100)', isRefused: false },
  { line: 'timer = systemClock.after(1000, tellStats)', isRefused: true },
  { line: 'timer = clock.after(1000, tellStats)', isRefused: false },
  { line: "// socket.on('data', ...) would end the process", isRefused: false },
]
for (const { line, isRefused } of heard) {
  test(`on media's way \`${line}\` is ${isRefused ? 'refused' : 'let through'}`, () => {
    const file = (path: string) => ({ place: placeOf(path)!, text: line, lines: 1, imports: [] })
    assert.equal(findUnguarded([file('packages/protocols/rtmp/new-server.ts')]).length, isRefused ? 1 : 0)
    assert.equal(findUnguarded([file('apps/engine/src/new-part.ts')]).length, isRefused ? 1 : 0)
    assert.equal(findUnguarded([file('apps/cli/src/new-part.ts'), file('apps/engine/src/new.test.ts')]).length, 0)
  })
}
