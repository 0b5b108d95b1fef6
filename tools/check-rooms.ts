import path from 'node:path'
import { findProblems } from './rooms/findings.ts'
import { readSourceFiles, readWorkspaces } from './rooms/source-tree.ts'

// `npm run rooms`: imports go down only, through doors, and without cycles. Part of `npm run check` too.
const rootDir = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'))
const files = readSourceFiles(rootDir)
const problems = findProblems(files, readWorkspaces(rootDir))
for (const problem of problems) console.log(problem)
console.log(`rooms: ${files.length} files, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
