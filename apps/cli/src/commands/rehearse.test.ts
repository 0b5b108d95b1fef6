import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RehearsalResult } from '@sluice/contract/link'
import { formatRehearsal } from './rehearse.ts'

const passed: RehearsalResult = {
  rehearsalId: 'r',
  passed: true,
  activationMs: 2007,
  limitMs: 4000,
  cutMs: 15_000,
  source: 'backup',
  reconnects: 0,
  message: 'in time',
}

test('a rehearsal is printed with its verdict and its times [OPS-11]', () => {
  assert.equal(
    formatRehearsal(passed),
    [
      'PASS  in time',
      '      backup on air      2007 ms after the cut (limit: 4000 ms)',
      '      output reconnects  0',
      '      source at the end  backup',
      '',
    ].join('\n'),
  )
  assert.match(formatRehearsal({ ...passed, passed: false, activationMs: null }), /^FAIL .*\n +backup on air +never/)
})
