import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'

/** An empty folder that goes with the test. */
export function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-e2e-'))
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}
