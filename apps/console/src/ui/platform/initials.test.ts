import { expect, test } from 'vitest'
import { initialsOf } from './initials.ts'

test('initials come from the first two words, or the first two letters', () => {
  expect(['Church Online', 'Mux', 'api.video', '', 'Ö-Ton'].map(initialsOf)).toEqual(['CO', 'MU', 'AV', '?', 'ÖT'])
})
