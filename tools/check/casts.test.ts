import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCastsIn } from './casts.ts'

const cast = ['as', 'unknown', 'as'].join(' ')
const refused = (text: string): number => findCastsIn('a.test.ts', text).length

test('a cast through unknown is refused unless the line above says why', () => {
  assert.deepEqual(findCastsIn('a.test.ts', `one()\nconst row = {} ${cast} Row`), [
    `a.test.ts:2: '${cast}' without a reason: give a narrow type or a real object, or say above it why neither works: // cast: ...`,
  ])
  assert.equal(refused(`const row = {} ${cast}\n  Row`), 1)
  assert.equal(refused(`// cast: the library's types leave it out\nconst row = {} ${cast} Row`), 0)
  assert.equal(refused(`// cast:\nconst row = {} ${cast} Row`), 1)
})

test('what runs in a page may name its globals', () => {
  assert.equal(refused(`const shown = (globalThis ${cast} PageGlobals).document`), 0)
  assert.equal(refused(`const shown = (globalThis ${cast} PageGlobals).document ${cast} Row`), 1)
})
