import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codecErrors } from './errors.ts'

const floorDir = join(import.meta.dirname, '..')
const isTest = /\.test\.ts$|(^|\/)(testing|fixtures)\//

test('every error code that codecs give is listed with what to do about it, and no other', () => {
  const used = new Set<string>()
  for (const file of globSync('*/**/*.ts', { cwd: floorDir })) {
    if (isTest.test(file) || file.startsWith('errors/')) continue
    const text = readFileSync(join(floorDir, file), 'utf8')
    for (const [code] of text.matchAll(/(?<=')(?:AAC|AC3|AV1|FLAC|H264|H265|MP3|NAL|OPUS|TRACK|VP9)_[A-Z0-9_]+(?=')/g)) used.add(code)
  }
  assert.deepEqual(Object.keys(codecErrors).toSorted(), [...used].toSorted())
})
