import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The kinds of test files: `unit` needs nothing but Node, `outside` starts other programs, `web` runs in vitest. */
export type TestKind = 'unit' | 'outside' | 'web'

/** What kind a test file is, by its path from the root. */
function testKindOf(file: string): TestKind {
  if (/^apps\/(console|player)\//.test(file)) return 'web'
  return file.startsWith('e2e/') || /\.e2e\.test\.(ts|mjs)$/.test(file) ? 'outside' : 'unit'
}

/** All test files of one kind, sorted; with filters those whose path holds one of them. */
export function findTestFiles(rootDir: string, kind: TestKind, filters: readonly string[] = []): string[] {
  return globSync('{packages,apps,tools,bench,e2e}/**/*.test.{ts,tsx,mjs}', {
    cwd: rootDir,
    exclude: (name) => /node_modules|(^|\/)dist(\/|$)/.test(name),
  })
    .filter((file) => testKindOf(file) === kind && (filters.length === 0 || filters.some((filter) => file.includes(filter))))
    .sort()
}

/**
 * An outside file, by its path from the root. `budgetS`: how many seconds it may take on a quiet machine with two cores. In the `shared` lane
 * other files run beside it, in the `alone` lane none.
 */
export type OutsideFile = { readonly file: string; readonly budgetS: number; readonly lane: 'shared' | 'alone' }

const defaultBudgetS = 60

/** Budget and lane of an outside file: what its first line says (`// budget: 90 s, why; lane: shared, why`), else 60 s and alone. */
export function readOutsideFile(rootDir: string, file: string): OutsideFile {
  const [firstLine = ''] = readFileSync(path.join(rootDir, file), 'utf8').split('\n', 1)
  return {
    file,
    budgetS: Number(/^\/\/.*\bbudget: (\d+) s/.exec(firstLine)?.[1] ?? defaultBudgetS),
    lane: /^\/\/.*\blane: shared\b/.test(firstLine) ? 'shared' : 'alone',
  }
}
