import type { Channel } from '@sluice/contract/api'
import { makeChannel, makeInput, makeInputActual } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { canSwitchTo, causeText, conformityLine, effectWords, formatActivation, holdLine, returnLine } from './failover-lines.ts'

const nowMs = Date.parse('2026-01-01T00:10:00Z')
const at = (secondsAgo: number): string => new Date(nowMs - secondsAgo * 1000).toISOString()
const conformity = { state: 'alike' as const, differences: [], since: at(240), lastComparedAt: null }
const channelWith = (patch: Partial<Channel>): Channel => makeChannel({ source: 'backup', ...patch })

test('a backup that matches says so, with its age', () => {
  expect(conformityLine(conformity, nowMs)).toMatchObject({ tone: 'ok', text: 'Matches the primary, unchanged for 4 min' })
  expect(conformityLine({ ...conformity, lastComparedAt: at(90) }, nowMs)?.text).toBe('Matches the primary, last compared 1 min ago')
  expect(conformityLine({ ...conformity, state: 'unknown' }, nowMs)).toBeNull()
})

test('a backup that would break outputs is shown in red, with each difference', () => {
  const differences = [{ field: 'videoCodec' as const, primary: 'h264', backup: 'h265', effect: 'breaks' as const }]
  const line = conformityLine({ ...conformity, state: 'differs', differences }, nowMs)
  expect(line).toMatchObject({ tone: 'bad', differences: ['video codec: h265, primary h264'] })
})

test('the hold counts down while an input of a higher rank is clean', () => {
  const back = channelWith({ source: 'backup3', returnsAt: at(-12), returnsTo: 'backup' })
  expect(returnLine(back, 'backup', nowMs)).toBe('Back on air in 12 s if it stays clean')
  expect([returnLine(back, 'primary', nowMs), holdLine(back)]).toEqual([null, null])
  expect(holdLine(channelWith({}))).toBe('Back to the primary after 30 s without errors')
  expect(holdLine(channelWith({ source: 'backup2' }))).toBe('Back to a higher-priority input after 30 s without errors')
  expect(holdLine(channelWith({ source: 'primary' }))).toBeNull()
  expect(holdLine(channelWith({ lock: 'backup' }))).toBeNull()
})

test('an input that receives and is not on the air can be switched to, unless the source is locked', () => {
  const inputs = [
    makeInput({ role: 'primary', actual: makeInputActual({ state: 'receiving' }) }),
    makeInput({ role: 'backup', actual: makeInputActual({ state: 'receiving' }) }),
    makeInput({ role: 'backup2' }),
  ]
  expect([canSwitchTo(channelWith({ inputs }), 'primary'), canSwitchTo(channelWith({ inputs }), 'backup')]).toEqual([true, false])
  expect(canSwitchTo(channelWith({ inputs, source: 'primary' }), 'backup')).toBe(true)
  expect(canSwitchTo(channelWith({ inputs }), 'backup2')).toBe(false)
  expect(canSwitchTo(channelWith({ inputs, lock: 'backup' }), 'primary')).toBe(false)
})

test('times and effects of a switch in words', () => {
  expect([formatActivation(12.4), formatActivation(2512), formatActivation(null)]).toEqual(['12 ms', '2.51 s', '-'])
  const outputs = [{ outputId: 'a', state: 'live' as const, reconnects: 0, framesDropped: 0 }]
  expect(effectWords({ outputs })).toBe('no output affected')
  expect(effectWords({ outputs: [{ ...outputs[0]!, reconnects: 1 }] })).toBe('1 of 1 output affected')
  expect(effectWords({ outputs: null })).toBeNull()
})

test('causes of a switch read as words, those of picture and sound too', () => {
  expect(['closed', 'black', 'frozen', 'audio-silent', 'bitrate-collapsed'].map(causeText)).toEqual([
    'closed',
    'black picture',
    'frozen picture',
    'silent audio',
    'bitrate collapsed',
  ])
})
