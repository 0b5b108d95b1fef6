import { existsSync } from 'node:fs'
import path from 'node:path'
import { findDocProblems } from '../docs/doc-problems.ts'
import { findCodesWithoutAdvice } from '../docs/errors-page.ts'
import { findStaleFiles } from '../docs/generated.ts'
import { findIdiom } from '../english/idiom.ts'
import { readTexts } from '../english/texts.ts'
import { findDeadExports, readSources } from '../exports/dead-exports.ts'
import { findUnbounded, readHolders } from '../holders/holders-page.ts'
import { findProblems } from '../rooms/findings.ts'
import { readSourceFiles, readWorkspaces } from '../rooms/source-tree.ts'
import { findOverweight } from './bundle-budget.ts'
import { findCasts } from './casts.ts'
import { findingStep, nodeStep, runSteps, type Step, secondLookStep } from './steps.ts'
import { budgetOf, findTestFiles } from './test-files.ts'

const rootDir = path.resolve(import.meta.dirname, '../..')
const fromRoot = (...parts: string[]): string => path.join(rootDir, ...parts)
const bin = (name: string): string => fromRoot('node_modules/.bin', name)

/** A file that takes longer hangs: the slowest unit file takes seconds, the slowest of the others a few minutes. */
const unitLimitMs = 180_000
const outsideLimitMs = 600_000

const webApps = ['console', 'player'].filter((app) => existsSync(fromRoot('apps', app, 'tsconfig.json')))

function checkSteps(): Step[] {
  return [
    nodeStep('format and lint', [bin('biome'), 'check', '.'], rootDir),
    nodeStep('types', [bin('tsc'), '-p', 'tsconfig.json'], rootDir),
    ...webApps.map((app) => nodeStep(`types of the ${app}`, [bin('tsc'), '-p', 'tsconfig.json'], fromRoot('apps', app))),
    findingStep('rooms and doors', () => findProblems(readSourceFiles(rootDir), readWorkspaces(rootDir))),
    findingStep('dead exports', () => findDeadExports(readSources(rootDir))),
    findingStep('bounds of holders', () => findUnbounded(readHolders(rootDir))),
    findingStep('casts without a reason', () => findCasts(rootDir)),
    findingStep('paths and commands in the docs', () => findDocProblems(rootDir)),
    findingStep('phrases of texts', () => findIdiom(readTexts(rootDir))),
    findingStep('generated pages', () => [...findCodesWithoutAdvice(rootDir), ...findStaleFiles(rootDir)]),
    findingStep('bundle budget', () => findOverweight(rootDir, console.log)),
    ...unitSteps([]),
    ...webSteps([]),
  ]
}

function unitSteps(filters: readonly string[]): Step[] {
  const files = findTestFiles(rootDir, 'unit', filters)
  return files.length === 0 ? [] : [nodeStep('unit tests', ['--test', `--test-timeout=${unitLimitMs}`, ...files], rootDir)]
}

/** One file at a time: they start servers and measure. */
function outsideSteps(filters: readonly string[]): Step[] {
  const files = findTestFiles(rootDir, 'outside', filters)
  const argsOf = (file: string): string[] => ['--test', `--test-timeout=${outsideLimitMs}`, file]
  return files.length === 0
    ? []
    : [
        secondLookStep(
          'tests against outside programs',
          files.map((file) => ({ file, budgetS: budgetOf(rootDir, file) })),
          argsOf,
          rootDir,
        ),
      ]
}

function webSteps(filters: readonly string[]): Step[] {
  const files = findTestFiles(rootDir, 'web', filters)
  return webApps
    .map((app) => ({ app, own: files.filter((file) => file.startsWith(`apps/${app}/`)).map((file) => file.slice(`apps/${app}/`.length)) }))
    .filter(({ own }) => own.length > 0)
    .map(({ app, own }) => nodeStep(`tests of the ${app}`, [bin('vitest'), 'run', ...own], fromRoot('apps', app)))
}

const [verb, ...filters] = process.argv.slice(2)
const steps =
  verb === 'check'
    ? checkSteps()
    : [...(filters.length === 0 ? checkSteps() : [...unitSteps(filters), ...webSteps(filters)]), ...outsideSteps(filters)]
if (steps.length === 0) console.log(`no test file has ${filters.join(' or ')} in its path`)
process.exitCode = steps.length > 0 && (await runSteps(steps)) ? 0 : 1
