import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findIdiom } from './idiom.ts'
import { readStrings } from './read-strings.ts'

const textsOf = (source: string, hasJsx = false): string[] => readStrings(source, hasJsx).map(({ text }) => text)

test('sentences in quotes, templates and JSX are texts; keys, paths, comments and classes are none', () => {
  const hole = (text: string): string => `$\{${text}}`
  const nested = `It has ${hole(`count === 1 ? "one" : \`${hole('count')}\``)} outputs now`
  const source = [
    "import { a } from './some/path.ts'",
    "// it's a comment: 'not a text'",
    "const kind = 'output.failed'",
    "say('The key was refused.')",
    `say(\`${nested}\`)`,
    "const sql = 'select id from output'",
    '/* neither is `this one here` */',
    '<p className="row wide-row">No encoder is connected. <b>Check it</b></p>',
  ].join('\n')
  assert.deepEqual(textsOf(source, true), ['The key was refused.', nested, 'No encoder is connected.', 'Check it'])
})

test('a text has the line that it begins on, behind comments and templates of several lines', () => {
  assert.deepEqual(readStrings("/*\n\n*/\nsay(`one\n two`)\nsay('three four')", false), [
    { line: 4, text: 'one two' },
    { line: 6, text: 'three four' },
  ])
})

test('a phrase of the old idiom is named with its place and what to write', () => {
  const problems = findIdiom([
    { file: 'a.ts', line: 3, text: 'Mend this before you go live.' },
    { file: 'a.ts', line: 4, text: 'Fix this before you go live.' },
  ])
  assert.equal(problems.length, 1)
  assert.equal(findIdiom([{ file: 'a.ts', line: 1, text: 'The limit is 8 Mbit/s.' }]).length, 1)
  assert.equal(findIdiom([{ file: 'bench/README.md', line: 1, text: 'Fed at 8 Mbit/s.' }]).length, 0)
  assert.match(problems[0]!, /^a\.ts:3: 'Mend' .* write 'fix'/)
})
