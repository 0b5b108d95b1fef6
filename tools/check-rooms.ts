import path from 'node:path'
import { findProblems } from './rooms/findings.ts'
import { readSourceFiles, readWorkspaces } from './rooms/source-tree.ts'

// Checks that imports go down only, through doors, and without cycles: part of `npm run check`.
const rootDir = path.resolve(import.meta.dirname, '..')
const files = readSourceFiles(rootDir)
const problems = findProblems(files, readWorkspaces(rootDir))
for (const problem of problems) console.log(problem)
console.log(`rooms: ${files.length} files, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
