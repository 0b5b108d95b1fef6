import type { ContentMeasures } from '@sluice/contract/link'
import { expect, test } from 'vitest'
import { contentLines, unjudgedLine } from './content-lines.ts'

const picture = { isBlack: false, luma: 0.478, blackForMs: 0, frozenForMs: 0 }
const sound = { rmsDb: -23.4, peakDb: -6.1, silentForMs: 0 }
const measures: ContentMeasures = { state: 'measuring', reason: null, picture, sound, fault: null }
const textsOf = (change: Partial<ContentMeasures>) => contentLines({ ...measures, ...change }).map(({ text }) => text)

test('a moving picture and audible sound are shown with their figures', () => {
  expect(contentLines(measures)).toEqual([
    { label: 'Picture', text: 'moving, brightness 48%', share: 0.478, isBad: false },
    { label: 'Audio', text: '−23 dB, peak −6 dB', share: expect.closeTo(0.61, 2), isBad: false },
  ])
  expect(unjudgedLine(measures)).toBeNull()
})

test('black, frozen and silent are shown with how long they last, and only a fault is bad', () => {
  expect(textsOf({ picture: { ...picture, isBlack: true, blackForMs: 5000, frozenForMs: 5000 } })[0]).toBe('black for 5 s')
  expect(textsOf({ picture: { ...picture, frozenForMs: 12_000 } })[0]).toBe('frozen for 12 s, brightness 48%')
  expect(textsOf({ picture: { ...picture, frozenForMs: 2000 } })[0]).toBe('moving, brightness 48%')
  expect(textsOf({ sound: { rmsDb: -120, peakDb: -120, silentForMs: 4000 } })[1]).toBe('silent for 4 s')
  expect(textsOf({ sound: { rmsDb: -120, peakDb: -120, silentForMs: 0 } })[1]).toBe('−∞ dB, peak −∞ dB')
  expect(contentLines({ ...measures, fault: 'frozen' }).map(({ isBad }) => isBad)).toEqual([true, false])
})

test('what is not measured has no line, and the reason is given', () => {
  expect(contentLines({ ...measures, sound: null }).map(({ label }) => label)).toEqual(['Picture'])
  const none = { ...measures, picture: null, sound: null }
  expect(unjudgedLine({ ...none, state: 'starting', reason: 'it ended by SIGSEGV' })).toBe(
    'Picture and audio are not checked right now (it ended by SIGSEGV). The stream is not affected.',
  )
  expect(unjudgedLine({ ...none, reason: "its video can't be decoded (broken)" })).toBe(
    "Only partly checked: its video can't be decoded (broken).",
  )
  expect(unjudgedLine({ ...none, state: 'unavailable', reason: 'node-av is not installed' })).toBe(
    'Picture and audio are not checked on this machine: node-av is not installed.',
  )
})
