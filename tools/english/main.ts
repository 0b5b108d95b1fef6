import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findIdiom } from './idiom.ts'
import { readTexts } from './texts.ts'

/** `npm run texts`: writes every text for people into one file, to be read whole, and names the phrases that have to go. */
const rootDir = path.resolve(import.meta.dirname, '../..')
const outFile = path.join(rootDir, 'e2e/out/texts.txt')
const texts = readTexts(rootDir)
mkdirSync(path.dirname(outFile), { recursive: true })
writeFileSync(outFile, texts.map(({ file, line, text }) => `${file}:${line}: ${text}\n`).join(''))
const problems = findIdiom(texts)
for (const problem of problems) console.log(problem)
console.log(`${texts.length} texts in ${path.relative(process.cwd(), outFile)}, ${problems.length} with a phrase that has to go`)
process.exitCode = problems.length === 0 ? 0 : 1
