import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel, Input } from '@sluice/contract/api'
import { makeInput, makeInputActual, makeInputStats } from '@sluice/testkit/rows'
import { formatInputs } from './channel.ts'
import { chooseStyle } from './style.ts'

const nowMs = Date.parse('2026-01-01T12:00:00Z')
const hidden = { hasStreamId: false, hasPassphrase: false, hasStreamName: true, hasLogin: false, hasQuery: false }

/** A backup that calls `url`, and whose call is in `state`. */
function makePull(url: string | null, state?: 'calling' | 'connected' | 'backoff'): Input {
  const nextTryAt = state === 'backoff' ? '2026-01-01T12:00:04.200Z' : null
  const actual = makeInputActual({ role: 'backup', ...(state === undefined ? {} : { pull: { state, attempts: 3, nextTryAt } }) })
  return makeInput({ role: 'backup', pull: url === null ? null : { url, ...hidden }, actual })
}
const show = (...inputs: Channel['inputs']): string =>
  formatInputs(inputs, { channelId: 'c', at: null, inputs: [], outputs: [], playback: null }, nowMs, chooseStyle(false, {}))

test('an input that calls its source says whom, how often, and when again', () => {
  assert.match(show(makePull('rtmp://h/live', 'backoff')), /\nbackup pulls rtmp:\/\/h\/live, 3 attempts, next in 5 s\n/)
  assert.match(show(makePull('rtmp://h/live', 'calling')), /\nbackup pulls rtmp:\/\/h\/live, attempt 3\n/)
  assert.match(show(makePull('rtmp://h/live', 'connected')), /\nbackup pulls rtmp:\/\/h\/live, connected\n/)
  assert.doesNotMatch(show(makePull(null)), /pulls/)
})

test('what an input leaves out stands under the table with what to do first, and its rate counts what came over the wire', () => {
  const base = makePull(null)
  const notices = [
    { code: 'data-not-carried', media: 'data', subject: 'teletext, PID 0x101', count: 1, since: '2026-01-01T11:59:00Z', isCurrent: false },
    { code: 'codec-not-carried', media: 'video', subject: 'VP6', count: 90, since: '2026-01-01T11:59:00Z', isCurrent: true },
  ] as const
  const input: Input = { ...base, actual: { ...base.actual!, state: 'connected', notices: [...notices] } }
  const figures = makeInputStats({ receivedBps: 4_200_000 })
  const shown = formatInputs(
    [input],
    { channelId: 'c', at: null, inputs: [figures], outputs: [], playback: null },
    nowMs,
    chooseStyle(false, {}),
  )
  assert.match(shown, /connected .*4\.20 Mbps/)
  assert.match(
    shown,
    /\nbackup: The encoder sends video as VP6, which Sluice can't carry: it is left out of the show\. Set the encoder's video codec to H\.264\.\n/,
  )
  assert.match(
    shown,
    /\nbackup: The encoder sends data that Sluice does not pass on \(teletext, PID 0x101\)\. Picture and sound are not affected\.\n/,
  )
})

test('the verdicts on an input stand under the table, in the words of the API, with what to do first', () => {
  const verdict = { subject: 'line', code: 'gap', level: 'bad', figures: { gapMs: 1400 } } as const
  const verdicts = [{ ...verdict, sentence: 'Nothing arrived for 1.4 s.', tryFirst: 'Check the encoder’s uplink.' }]
  const figures = makeInputStats({ verdicts })
  const stats = { channelId: 'c', at: null, inputs: [figures], outputs: [], playback: null }
  const shown = formatInputs([makePull(null)], stats, nowMs, chooseStyle(false, {}))
  assert.match(shown, /\nbackup: Nothing arrived for 1\.4 s\.\n {2}Check the encoder’s uplink\.\n/)
})
