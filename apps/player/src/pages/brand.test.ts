import { expect, test } from 'vitest'
import { initialsOf } from './brand.ts'

test('initials are the first letters of two words, whatever they are written in', () => {
  expect(['Harbour Hall', 'main', 'a b c', '🎸 Bands', ''].map(initialsOf)).toEqual(['HH', 'M', 'AB', '🎸B', ''])
})
