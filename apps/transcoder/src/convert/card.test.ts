import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { writeCard } from './card.ts'

const textOf = (card: string): string => card.split('\n').at(-2)!.split(',').slice(4).join(',')

test('a name is one line of the card, whatever stands in it', () => {
  assert.equal(textOf(writeCard('Evening Show', 1280, 720)), 'Evening Show')
  assert.equal(textOf(writeCard('a\nb\r\n\u2028c', 1280, 720)), 'a b c')
  assert.equal(textOf(writeCard('{\\fs200}big\\Nname', 1280, 720)), '\\{\\\u2060fs200\\}big\\\u2060Nname')
  assert.equal(textOf(writeCard('日本語 العربية, 🎬', 1280, 720)), '日本語 العربية, 🎬')
})

test('any text makes a card of the same fourteen lines, with no command in it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: 16, max: 4096 }),
      fc.integer({ min: 16, max: 4096 }),
      (text, w, h) => {
        const card = writeCard(text, w, h)
        assert.equal(card.split('\n').length, 14)
        assert.doesNotMatch(textOf(card), /(?<!\\)[{}]|\\[Nnh]/)
      },
    ),
  )
})

test('letters shrink as a name grows', () => {
  const size = (text: string): number => Number(/Card,Sluice Card,(\d+)/.exec(writeCard(text, 1920, 1080))![1])
  assert.deepEqual(
    [8, 30, 70, 110].map((count) => size('x'.repeat(count))),
    [168, 130, 97, 78],
  )
})
