import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carriesText, contrastOf, onColour } from './index.ts'

test('contrast is 21 between black and white, 1 between equals, and the same both ways', () => {
  assert.equal(contrastOf('#000000', '#ffffff'), 21)
  assert.equal(contrastOf('#8a3b12', '#8a3b12'), 1)
  assert.equal(contrastOf('#8a3b12', '#ffffff'), contrastOf('#ffffff', '#8a3b12'))
})

test('a colour is written on in what is read better', () => {
  assert.deepEqual(['#8a3b12', '#000000', '#ffffff', '#ffe000', '#0a7a49'].map(onColour), [
    '#ffffff',
    '#ffffff',
    '#0d1b20',
    '#0d1b20',
    '#ffffff',
  ])
})

test('a mid tone on which neither white nor ink reaches 4.5:1 carries no text', () => {
  assert.deepEqual(['#8a3b12', '#ffe000', '#787878', '#808080', '#767676'].map(carriesText), [true, true, false, false, true])
})
