import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { containerErrors } from './errors.ts'

const floorDir = join(import.meta.dirname, '..')
const isTest = /\.test\.ts$|(^|\/)(testing|fixtures)\//

test('every error code that containers give is listed with what to do about it, and no other', () => {
  const used = new Set<string>()
  for (const file of globSync('*/**/*.ts', { cwd: floorDir })) {
    if (isTest.test(file) || file.startsWith('errors/')) continue
    const text = readFileSync(join(floorDir, file), 'utf8')
    for (const [code] of text.matchAll(/(?<=')(?:FLV|FMP4|M3U8|PACKED|TS)_[A-Z0-9_]+(?=')/g)) used.add(code)
  }
  assert.deepEqual(Object.keys(containerErrors).toSorted(), [...used].toSorted())
})
