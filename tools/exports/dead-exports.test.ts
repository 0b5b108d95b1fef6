import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findDeadExports } from './dead-exports.ts'
import { readModule } from './read-module.ts'

const doors = new Map([['@sluice/base/clock', 'packages/base/clock/index.ts']])
const find = (texts: Record<string, string>): string[] => findDeadExports({ texts: new Map(Object.entries(texts)), doors })
const user = { 'apps/a/src/user.ts': "import { used } from './lib.ts'\nused()" }

const cases: { name: string; texts: Record<string, string>; found: RegExp[] }[] = [
  {
    name: 'what nothing uses is to be deleted, with its place',
    texts: { ...user, 'apps/a/src/lib.ts': 'export const used = 1\n\nexport function left() {}\nexport class Left {}' },
    found: [/^apps\/a\/src\/lib\.ts:3: nothing uses 'left': delete it$/, /lib\.ts:4: nothing uses 'Left'/],
  },
  {
    name: 'what only its own file uses is not exported',
    texts: { ...user, 'apps/a/src/lib.ts': 'export const limit = 3\nexport const used = () => limit' },
    found: [/lib\.ts:1: only this file uses 'limit': do not export it/],
  },
  {
    name: 'a type that its own file uses is the shape of what the file offers',
    texts: { ...user, 'apps/a/src/lib.ts': 'export type Shape = { a: 1 }\nexport const used = (shape: Shape) => shape' },
    found: [],
  },
  {
    name: 'a schema is no user of the type that it gives',
    texts: { 'apps/a/src/lib.ts': 'export const Body = z.object({})\nexport type Body = z.infer<typeof Body>' },
    found: [/lib\.ts:1: nothing uses 'Body': delete it/],
  },
  {
    name: 'a comment and a property of the name are no use',
    texts: { ...user, 'apps/a/src/lib.ts': "// takes left\nexport const used = a.left\nexport const left = '/**/*.md'" },
    found: [/lib\.ts:3: nothing uses 'left'/],
  },
  {
    name: 'what a door passes on and nobody takes there is taken off the door, and is used where it is',
    texts: {
      'packages/base/clock/index.ts': "export { type Clock, tick } from './clock.ts'\nexport { other } from './other.ts'",
      'packages/base/clock/clock.ts':
        "import { other } from './other.ts'\nexport type Clock = 1\nexport const tick = (clock: Clock) => other",
      'packages/base/clock/other.ts': 'export const other = 1',
      'apps/a/src/user.ts': "import { tick } from '@sluice/base/clock'\ntick()",
    },
    found: [/index\.ts:1: nothing imports 'Clock' from here: do not pass it on/, /index\.ts:2: nothing imports 'other' from here/],
  },
  {
    name: 'names go through a door that passes on all of a file, and through another name',
    texts: {
      'packages/base/clock/index.ts': "export * from './clock.ts'",
      'packages/base/clock/clock.ts': "export { inner as outer } from './inner.ts'\nexport const left = 1",
      'packages/base/clock/inner.ts': 'export const inner = 1',
      'apps/a/src/user.ts': "import { outer } from '@sluice/base/clock'\nouter()",
    },
    found: [/clock\.ts:2: nothing uses 'left'/],
  },
  {
    name: 'a namespace takes everything, and what is loaded while it runs takes what its file mentions',
    texts: {
      'apps/a/src/all.ts': "import * as lib from './lib.ts'\nlib",
      'apps/a/src/late.ts': "const page = lazy(() => import('./page.tsx'), 'Page')",
      'apps/a/src/lib.ts': 'export const one = 1',
      'apps/a/src/page.tsx': 'export function Page() {}\nexport function Left() {}',
    },
    found: [/page\.tsx:2: nothing uses 'Left'/],
  },
  {
    name: 'a test keeps alive what was written for tests, not what is dead besides',
    texts: {
      'apps/a/src/lib.test.ts': "import { left, inner } from './lib.ts'\nimport { make } from './testing/make.ts'\nmake(left, inner)",
      'apps/a/src/lib.ts': 'export const left = 1\nexport const inner = 2\nexport const used = inner',
      'apps/a/src/testing/make.ts': 'export const make = 1',
      ...user,
    },
    found: [/lib\.ts:1: only tests use 'left': delete it, or move it to where test code lies/],
  },
  {
    name: 'a writer that tests alone use is the other half of a reader that is in use, here and at its door',
    texts: {
      'packages/base/clock/index.ts': "export { readTicks, writeTick, writeTock } from './clock.ts'",
      'packages/base/clock/clock.ts': 'export const readTicks = 1\nexport const writeTick = 1\nexport const writeTock = 1',
      'packages/base/clock/clock.test.ts': "import { writeTick, writeTock } from './clock.ts'\nwriteTick(writeTock)",
      'apps/a/src/a.test.ts': "import { writeTick, writeTock } from '@sluice/base/clock'\nwriteTick(writeTock)",
      'apps/a/src/user.ts': "import { readTicks } from '@sluice/base/clock'\nreadTicks()",
    },
    found: [/index\.ts:1: only tests use 'writeTock'/, /clock\.ts:3: only tests use 'writeTock'/],
  },
]
for (const { name, texts, found } of cases) {
  test(name, () => {
    const problems = find(texts)
    assert.equal(problems.length, found.length, problems.join('\n'))
    for (const [i, pattern] of found.entries()) assert.match(problems[i]!, pattern)
  })
}

test('exports and imports are read in every form', () => {
  const { exports, uses } = readModule(
    [
      "import main, { type A, b as c } from './a.ts'",
      'export async function run() {}',
      'export abstract class Base {}',
      'export {',
      '  type D,',
      '  e as f,',
      "} from './d.ts'",
      'export default run',
    ].join('\n'),
  )
  assert.deepEqual(uses, [{ from: './a.ts', names: ['default', 'A', 'b'] }])
  assert.deepEqual(
    exports.map(({ name, line, isType, from, origin }) => [name, line, isType, from, origin]),
    [
      ['run', 2, false, null, 'run'],
      ['Base', 3, false, null, 'Base'],
      ['D', 5, true, './d.ts', 'D'],
      ['f', 6, false, './d.ts', 'e'],
      ['default', 8, false, null, 'default'],
    ],
  )
})
