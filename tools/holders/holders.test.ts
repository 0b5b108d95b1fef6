import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { findHolders } from './find-holders.ts'
import { findUnbounded, readHolders } from './holders-page.ts'

const inClass = (field: string): string => `export class A {\n  ${field}\n}\n`
const found = [
  { name: 'a list', text: inClass('#frames: Frame[] = []') },
  { name: 'a list without a type', text: inClass('readonly frames = []') },
  { name: 'a list of lists of functions', text: inClass('readonly #queue: Array<(item: Frame) => void> = []') },
  { name: 'a replaced list of what is fixed', text: inClass('#frames: readonly Frame[] = []') },
  { name: 'a Map', text: inClass('readonly #byName = new Map<string, Frame>()') },
  { name: 'a Map by its type', text: inClass('private byName: Map<string, Frame>') },
  { name: 'a Set', text: inClass('readonly #names = new Set<string>()') },
  { name: 'a buffer that is replaced', text: inClass('#rest: Uint8Array = new Uint8Array(0)') },
  { name: 'a buffer that may be none', text: inClass('#rest: Buffer | null = null') },
  { name: 'a text that grows', text: `export class A {\n  #rest = ''\n  add(text: string): void {\n    this.#rest += text\n  }\n}\n` },
  { name: 'an own type with a list', text: 'type Lane = {\n  readonly id: number\n  waiting: Frame[]\n}\n' },
  { name: 'an own type on one line', text: 'type Lane = { readonly id: number; readonly waiting: Map<string, Frame> }\n' },
  { name: 'a variable of a module', text: 'const cache = new Map<string, Frame>()\n' },
  {
    name: 'a variable of a module that is added to',
    text: "const cache = new Map([['a', 1]])\nexport const put = (a: string): void => void cache.set(a, 1)\n",
  },
  {
    name: 'a variable that an event adds to',
    text: "export function read(socket: Socket): void {\n  const pieces: Uint8Array[] = []\n  socket.on('data', (piece) => pieces.push(piece))\n}\n",
  },
  {
    name: 'a variable that a kept function adds to',
    text: 'export function relay(): void {\n  let waiting: Frame[] = []\n  const put = (frame: Frame): void => {\n    waiting.push(frame)\n  }\n  start(put)\n}\n',
  },
]
for (const { name, text } of found) {
  test(`${name} is a holder, and without a bound it fails the check`, () => {
    const holders = findHolders(text)
    assert.deepEqual(
      holders.map(({ bound }) => bound),
      [null],
    )
    assert.match(findUnbounded([{ file: 'a.ts', text, holders }])[0] ?? '', /^a\.ts:\d+: .+ without a bound/)
  })
}

const passed = [
  { name: 'a fixed list', text: inClass('readonly #strands: readonly Strand[] = []') },
  { name: 'a fixed table', text: "const codes: Readonly<Record<string, number>> = { a: 1 }\nconst names = new Set(['a', 'b'])\n" },
  { name: 'a buffer of fixed size', text: inClass('readonly #header = new Uint8Array(16)') },
  { name: 'a function that gives a list', text: inClass('readonly #tally: () => readonly Tally[]') },
  { name: 'an exported type of values', text: 'export type Message = {\n  args: Value[]\n}\n' },
  {
    name: 'a list of one call',
    text: 'function read(b: Uint8Array): Box[] {\n  const boxes: Box[] = []\n  for (const at of b) boxes.push(boxAt(at))\n  return boxes\n}\n',
  },
]
for (const { name, text } of passed) test(`${name} is no holder`, () => assert.deepEqual(findHolders(text), []))

test('a bounded type, and a marker above or behind, name the bound', () => {
  const text = [
    'export class A {',
    '  readonly #queue = new BoundedQueue<Frame>({ maxCount: 9, maxBytes: 10, bytesOf: (one) => one.length })',
    '  // bound: 16 tracks, putTrack refuses more',
    '  #tracks: Track[] = []',
    '  #more = [] // bound: two of them',
    '}',
    '',
  ].join('\n')
  const holders = findHolders(text)
  assert.deepEqual(
    holders.map(({ bound }) => bound),
    ['BoundedQueue of { maxCount: 9, maxBytes: 10, bytesOf: (one) => one.length }', '16 tracks, putTrack refuses more', 'two of them'],
  )
  assert.deepEqual(findUnbounded([{ file: 'a.ts', text, holders }]), [])
})

test('a marker that stands over nothing is told, and so is one that says nothing', () => {
  const stray = '// bound: ten of them\nexport const a = 1\n'
  assert.match(findUnbounded([{ file: 'a.ts', text: stray, holders: findHolders(stray) }])[0] ?? '', /a\.ts:1: a bound is named here/)
  const empty = inClass('#frames: Frame[] = [] // bound: yes')
  assert.equal(findUnbounded([{ file: 'a.ts', text: empty, holders: findHolders(empty) }]).length, 1)
})

test('the check sees the holders of this repository', () => {
  const files = readHolders(path.resolve(import.meta.dirname, '../..'))
  const names = files.flatMap(({ file, holders }) => holders.map(({ name }) => `${file} ${name}`))
  for (const one of [
    'packages/media/bus/gop-cache.ts #frames',
    'packages/media/packager/lane.ts #open',
    'packages/protocols/rtmp/chunk/reader.ts #streams',
    'apps/engine/src/report/event-backlog.ts #kept',
    'apps/control/src/stream/subscriber.ts #texts',
  ])
    assert.ok(names.includes(one), one)
})
