import { expect, test } from 'vitest'
import { initialsOf, onColour } from './brand.ts'

test('initials are the first letters of two words, whatever they are written in', () => {
  expect(['Harbour Hall', 'main', 'a b c', '🎸 Bands', ''].map(initialsOf)).toEqual(['HH', 'M', 'AB', '🎸B', ''])
})

test('the operator’s colour is written on in what is read better', () => {
  expect(['#8a3b12', '#000000', '#ffffff', '#ffe000', '#0a7a49'].map(onColour)).toEqual([
    '#ffffff',
    '#ffffff',
    '#0d1b20',
    '#0d1b20',
    '#ffffff',
  ])
})
