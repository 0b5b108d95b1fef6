import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { readOutsideFile } from './test-files.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-lanes-'))
after(() => rmSync(folder, { recursive: true }))

/** Of a file that begins with this line. */
function laneOf(line: string): { budgetS: number; lane: string } {
  writeFileSync(path.join(folder, 'one.test.ts'), `${line}\n// budget: 5 s; lane: shared\n`)
  const { budgetS, lane } = readOutsideFile(folder, 'one.test.ts')
  return { budgetS, lane }
}

test('the first line of a file says its budget and its lane', () => {
  assert.deepEqual(laneOf('// budget: 90 s, 48 switches; lane: shared, bounds of 4 s and more'), { budgetS: 90, lane: 'shared' })
  assert.deepEqual(laneOf('// lane: shared, facts alone'), { budgetS: 60, lane: 'shared' })
  for (const line of ["import assert from 'node:assert/strict'", "const line = 'lane: shared'", '// lane: alone'])
    assert.deepEqual(laneOf(line), { budgetS: 60, lane: 'alone' })
})
