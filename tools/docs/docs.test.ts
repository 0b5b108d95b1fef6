import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headingsOf } from './doc-problems.ts'
import { readCodes } from './error-codes.ts'
import { readReferences } from './references.ts'

test('a page points at links, at paths in code and at npm scripts; placeholders and the web name nothing', () => {
  const text = [
    'See [the tour](docs/tour.md#words), [the web](https://example.org) and `packages/base/bytes`.',
    'Not `docs/decisions/NNNN-name.md`, `e2e/*.test.ts`, `node packages/x` but `npm run check` and <img src="docs/a.png">.',
    '`node apps/cli/src/main.ts --json`',
  ].join('\n')
  assert.deepEqual(
    readReferences(text).map(({ kind, what, line }) => `${line} ${kind} ${what}`),
    [
      '1 link docs/tour.md#words',
      '1 path packages/base/bytes',
      '2 link docs/a.png',
      '2 path packages/x',
      '2 script check',
      '3 path apps/cli/src/main.ts',
    ],
  )
})

test('headings become anchors as the forges make them', () => {
  assert.deepEqual(headingsOf("# Words\n\n## Who owns what?\n### `npm start`'s flags\n"), ['words', 'who-owns-what', 'npm-starts-flags'])
})

test('codes are found with the sentence that goes with them', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: source text that holds templates
  const text = [
    "throw new WireError('RTMP_BODY_LENGTH', 0, `Abort body is ${body.length} bytes, not 4`)",
    "throw new PolicyError('SETTING_VALUE', flag, 'a value', `${flag} needs a value, and \\'more\\'`)",
    "return { kind: 'dns', code: 'RTMP_DNS', message: 'the name does not resolve' }",
    "const env = process.env['SLUICE_HTTP_PORT']",
    "if (error.code === 'ERR_STREAM_CLOSED') return 'not one of ours'",
  ].join('\n\n')
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: source text that holds templates
  assert.deepEqual(readCodes(text), [
    { code: 'RTMP_BODY_LENGTH', message: 'Abort body is … bytes, not 4' },
    { code: 'SETTING_VALUE', message: "… needs a value, and 'more'" },
    { code: 'RTMP_DNS', message: 'the name does not resolve' },
  ])
})
