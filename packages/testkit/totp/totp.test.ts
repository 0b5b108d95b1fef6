import assert from 'node:assert/strict'
import { test } from 'node:test'
import { totp } from './totp.ts'

test('codes are those of RFC 6238, appendix B', () => {
  // '12345678901234567890' in base 32.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const cases: [seconds: number, code: string][] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ]
  for (const [seconds, code] of cases) assert.equal(totp(secret, seconds * 1000), code)
})
