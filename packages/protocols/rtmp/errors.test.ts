import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { rtmpErrors } from './errors.ts'

test('every error code that the room gives is listed with what to do about it, and no other', () => {
  const used = new Set<string>()
  for (const file of readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file === 'errors.ts') continue
    for (const [code] of readFileSync(`${import.meta.dirname}/${file}`, 'utf8').matchAll(/(?<=')RTMP_[A-Z_]+(?=')/g)) used.add(code)
  }
  assert.deepEqual(Object.keys(rtmpErrors).toSorted(), [...used].toSorted())
})
