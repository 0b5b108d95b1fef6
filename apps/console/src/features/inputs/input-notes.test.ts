import { makeInput, makeInputActual } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { type Input, inputLook } from './input-look.ts'
import { inputNotes } from './input-notes.ts'

const inputWith = (change: Partial<NonNullable<Input['actual']>> = {}): Input =>
  makeInput({ id: 'in', actual: makeInputActual({ state: 'receiving', onAir: true, ...change }) })
const g711 = {
  code: 'codec-not-carried',
  media: 'audio',
  subject: 'G.711 mu-law',
  count: 9,
  since: '2026-01-01T00:00:00Z',
  isCurrent: true,
} as const

test('an input that is connected and gives nothing usable looks so', () => {
  const input = inputWith({ state: 'connected', video: null, audio: null, notices: [{ ...g711, media: 'video', subject: 'VP6' }] })
  expect(inputLook(input, null).word).toBe('Connected, no usable media')
})

test('while the engine is silent no input is shown as on air', () => {
  const engine = { id: 'e', state: 'silent', silentSince: '2026-01-01T00:00:00.000Z' } as const
  expect(inputLook(inputWith({}), engine)).toMatchObject({ word: 'Unknown', tone: 'bad' })
})

test('data that is not passed on is a note', () => {
  const input = inputWith({ notices: [{ ...g711, code: 'data-not-carried', media: 'data', subject: 'teletext, PID 0x101' }, g711] })
  expect(inputNotes(input)).toEqual([
    'The encoder sends data that Sluice does not pass on (teletext, PID 0x101). Picture and sound are not affected.',
  ])
})
