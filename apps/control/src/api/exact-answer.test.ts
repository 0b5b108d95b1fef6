import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { answerSerializer, exactTest } from './exact-answer.ts'

const Kind = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plain'), name: z.string() }),
  z.object({ kind: z.literal('secret'), hint: z.string() }),
])
const Answer = z.object({
  id: z.string(),
  state: z.enum(['idle', 'live']),
  since: z.iso.datetime().nullable(),
  inputs: z.array(z.object({ port: z.number().int().nullable(), note: z.string().optional() })),
  kinds: z.array(Kind),
  data: z.record(z.string(), z.unknown()),
  retry: z.object({ times: z.number() }).default({ times: 3 }),
})
const whole = {
  id: 'a',
  state: 'live',
  since: null,
  inputs: [{ port: 1, note: 'x' }, { port: null }],
  kinds: [{ kind: 'plain', name: 'n' }],
  data: { any: { thing: [1] } },
  retry: { times: 1 },
}

const cases: [title: string, value: unknown, isExact: boolean][] = [
  ['what the schema names', whole, true],
  ['a field beside it', { ...whole, key_sealed: 'v1.secret' }, false],
  ['a field beside it, deep down', { ...whole, inputs: [{ port: 1, key_sealed: 'v1.secret' }] }, false],
  ['the field of another member of a union', { ...whole, kinds: [{ kind: 'plain', name: 'n', hint: 'h' }] }, false],
  ['the fields of another member of a union', { ...whole, kinds: [{ kind: 'plain', hint: 'h' }] }, false],
  ['a field that is missing', { ...whole, id: undefined }, false],
  ['a field that has a default and is missing', { ...whole, retry: undefined }, false],
  ['an object where a text belongs', { ...whole, id: { toJSON: () => 'secret' } }, false],
  ['a list where an object belongs', [], false],
]
for (const [title, value, isExact] of cases) {
  test(`an answer with ${title} is ${isExact ? 'sent as it is' : 'written by its schema'}`, () => {
    assert.equal(exactTest(Answer)(value), isExact)
  })
}

test('what an answer has beside its schema never leaves, whichever way it is written', () => {
  const write = answerSerializer({ schema: Answer, method: 'GET', url: '/' } as never)
  const clean = JSON.stringify(whole)
  assert.equal(write(whole), clean)
  assert.equal(write({ ...whole, key_sealed: 'v1.secret' }), clean)
  assert.equal(write({ ...whole, kinds: [{ kind: 'plain', name: 'n', hint: 'h' }] }), clean)
})

test('a schema that holds itself has a test that ends', () => {
  type Tree = { name: string; children: Tree[] }
  const Tree: z.ZodType<Tree> = z.object({
    name: z.string(),
    get children() {
      return z.array(Tree)
    },
  })
  const isExact = exactTest(Tree)
  assert.equal(isExact({ name: 'a', children: [{ name: 'b', children: [] }] }), true)
  assert.equal(isExact({ name: 'a', children: [{ name: 'b', children: [], more: 1 }] }), false)
})
