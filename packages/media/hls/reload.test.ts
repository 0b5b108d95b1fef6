import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeReload, readDirectives } from './reload.ts'

/** Segments 10 to 12 are listed with 4 parts each, 13 is open with 2. */
const edge = { openNumber: 13, openParts: 2, partsOf: (number: number) => (number >= 10 && number <= 12 ? 4 : null) }
/** The same, and 13 has not begun. */
const between = { ...edge, openParts: 0 }

const cases: [string, number, number | null, typeof edge, 'now' | 'hold' | 'bad'][] = [
  ['a segment in the list', 11, null, edge, 'now'],
  ['a segment older than the list, of a player that wakes up', 2, null, edge, 'now'],
  ['a part of a segment older than the list', 2, 900, edge, 'now'],
  ['a part that is listed', 13, 1, edge, 'now'],
  ['the next part', 13, 2, edge, 'hold'],
  ['a part a little ahead', 13, 7, edge, 'hold'],
  ['a part too far ahead', 13, 8, edge, 'bad'],
  ['the first part of the next segment', 14, 0, edge, 'hold'],
  ['a part of the next segment that is too far ahead', 14, 6, edge, 'bad'],
  ['a segment beyond the next', 15, null, edge, 'bad'],
  ['a segment that has its first part, asked for without a part', 13, null, edge, 'now'],
  ['a segment that has not begun, asked for without a part', 13, null, between, 'hold'],
  ['a part past the end of a whole segment, and the next has begun', 12, 4, edge, 'now'],
  ['a part past the end of a whole segment, and the next has not begun', 12, 4, between, 'hold'],
  ['a part far past the end of a whole segment', 12, 99, between, 'bad'],
]
for (const [name, number, part, at, want] of cases) {
  test(`a reload that waits for ${name}: ${want}`, () => assert.equal(judgeReload({ number, part }, at, 500), want))
}

test('with parts of a second three may be ahead, not six', () => {
  assert.deepEqual(
    [4, 5].map((part) => judgeReload({ number: 13, part }, edge, 1000)),
    ['hold', 'bad'],
  )
})

test('directives are whole numbers, a part needs its segment, and keys that are not known say nothing', () => {
  const read = (query: string) => readDirectives(new URLSearchParams(query))
  assert.deepEqual(read('_HLS_msn=7&_HLS_part=2&x=1'), { number: 7, part: 2 })
  assert.deepEqual(read('_HLS_msn=7'), { number: 7, part: null })
  assert.equal(read('other=1&_HLS_skip=YES'), null)
  for (const bad of [
    '_HLS_part=1',
    '_HLS_msn=-1',
    '_HLS_msn=x',
    '_HLS_msn=',
    '_HLS_msn=1.5',
    '_HLS_msn=1&_HLS_part=-1',
    `_HLS_msn=${'9'.repeat(16)}`,
  ])
    assert.equal(read(bad), 'bad', bad)
})
