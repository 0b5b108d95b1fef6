import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { makeIo } from '@sluice/cli/testing'
import { runAccountCommand } from './account-command.ts'

test('what is missing or wrong is said with the way to call it, and changes nothing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-account-'))
  try {
    const cases: [args: string[], code: number, says: RegExp][] = [
      [[], 2, /say what to do\n\nnpm run account -- list\n/],
      [['remove'], 2, /unknown command 'remove'/],
      [['reset-password'], 2, /say whose password/],
      [['reset-password', '--data-dir', folder], 2, /say whose password/],
      [['list', '--data-dir', folder], 1, /has no Sluice database/],
      [['reset-password', 'a@b.example', '--no-such'], 1, /unknown flag --no-such/],
    ]
    for (const [args, code, says] of cases) {
      const io = makeIo({ answers: [] })
      assert.equal(await runAccountCommand(args, io), code, args.join(' '))
      assert.match(io.errors.join(''), says)
      assert.equal(io.out.join(''), '')
    }
    writeFileSync(path.join(folder, 'sluice.db'), '')
    const io = makeIo({ answers: ['one long password', 'another password'] })
    assert.equal(await runAccountCommand(['reset-password', 'a@b.example', '--data-dir', folder], io), 1)
    assert.match(io.errors.join(''), /the database is from an older version of Sluice, or empty/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
