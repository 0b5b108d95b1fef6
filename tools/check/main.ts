import { existsSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
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
import { outsideStep, runQuietly } from './outside-step.ts'
import { nodeStep } from './run-node.ts'
import { findingStep, runSteps, type Step } from './steps.ts'
import { findTestFiles, readOutsideFile } from './test-files.ts'

const rootDir = path.resolve(import.meta.dirname, '../..')
const fromRoot = (...parts: string[]): string => path.join(rootDir, ...parts)
const bin = (name: string): string => fromRoot('node_modules/.bin', name)

/** A file that takes longer hangs: the slowest unit file takes seconds, the slowest of the others a few minutes. */
const unitLimitMs = 180_000
const outsideLimitMs = 600_000

/** Node's own choice is one file fewer than there are cores: a single one on two. */
const unitFilesAtOnce = Math.max(2, availableParallelism())

/** Node keeps what it compiled of our code here, for the hundreds of processes that the tests start. A full run begins with an empty one. */
const compiledDir = fromRoot('node_modules/.cache/sluice-tests')
const env = { NODE_COMPILE_CACHE: compiledDir, ...process.env }

const webApps = ['console', 'player'].filter((app) => existsSync(fromRoot('apps', app, 'tsconfig.json')))

function checkSteps(): Step[] {
  return [
    nodeStep('format and lint', [bin('biome'), 'check', '.'], { cwd: rootDir }),
    nodeStep('types', [bin('tsc'), '-p', 'tsconfig.json'], { cwd: rootDir }),
    ...webApps.map((app) => nodeStep(`types of the ${app}`, [bin('tsc'), '-p', 'tsconfig.json'], { cwd: fromRoot('apps', app) })),
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
  const flags = ['--test', `--test-concurrency=${unitFilesAtOnce}`, `--test-timeout=${unitLimitMs}`]
  return files.length === 0 ? [] : [nodeStep('unit tests', [...flags, ...files], { cwd: rootDir, env })]
}

function outsideSteps(filters: readonly string[]): Step[] {
  const files = findTestFiles(rootDir, 'outside', filters).map((file) => readOutsideFile(rootDir, file))
  const argsOf = (file: string): string[] => ['--test', `--test-timeout=${outsideLimitMs}`, file]
  return files.length === 0 ? [] : [outsideStep('tests against outside programs', files, runQuietly(argsOf, rootDir, env))]
}

function webSteps(filters: readonly string[]): Step[] {
  const files = findTestFiles(rootDir, 'web', filters)
  return webApps
    .map((app) => ({ app, own: files.filter((file) => file.startsWith(`apps/${app}/`)).map((file) => file.slice(`apps/${app}/`.length)) }))
    .filter(({ own }) => own.length > 0)
    .map(({ app, own }) => nodeStep(`tests of the ${app}`, [bin('vitest'), 'run', ...own], { cwd: fromRoot('apps', app) }))
}

const [verb, ...filters] = process.argv.slice(2)
if (filters.length === 0) rmSync(compiledDir, { recursive: true, force: true })
const steps =
  verb === 'check'
    ? checkSteps()
    : [...(filters.length === 0 ? checkSteps() : [...unitSteps(filters), ...webSteps(filters)]), ...outsideSteps(filters)]
if (steps.length === 0) console.log(`no test file has ${filters.join(' or ')} in its path`)
process.exitCode = steps.length > 0 && (await runSteps(steps)) ? 0 : 1
