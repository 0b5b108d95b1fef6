import type { ChannelProbes } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { formatRow, outputRow, proberNote } from './outside-words.ts'

const at = (iso: string): string => iso.slice(11, 19)
const format: ChannelProbes['formats'][number] = {
  ...{
    format: 'll-hls',
    state: 'ok',
    since: '2026-01-01T20:00:00.000Z',
    lookedAt: '2026-01-01T20:01:00.000Z',
    latencyMs: 2300,
    glassMs: null,
  },
  ...{ fault: null, lastFault: null, success: { wantedMs: 60_000, liveMs: 59_940, share: 0.999 } },
}
const fault: NonNullable<ChannelProbes['formats'][number]['fault']> = {
  ...{ code: 'stalled', sentence: 'Low-latency HLS has nothing new for 5.0 s.', tryFirst: 'Check the source.', figures: {} },
  since: '2026-01-01T20:00:50.000Z',
}

test('a format that plays says how late it is, and how much of the time it played', () => {
  expect(formatRow(format, at)).toMatchObject({ tone: 'ok', word: 'Plays', latency: '2.3 s', success: '99.90 %', more: null })
})

test('a fault says since when and what to do first; one that is over stays to be read', () => {
  expect(formatRow({ ...format, state: 'faulty', fault }, at)).toMatchObject({
    ...{ tone: 'bad', word: 'Faulty' },
    more: 'Since 20:00:50: Low-latency HLS has nothing new for 5.0 s. Check the source.',
  })
  const lastFault = { ...fault, endedAt: '2026-01-01T20:01:10.000Z' }
  expect(formatRow({ ...format, lastFault }, at).more).toMatch(/^Last fault 20:00:50 to 20:01:10: /)
})

test('what nobody looks at is unknown and says since when, never green', () => {
  expect(formatRow({ ...format, state: 'unknown', latencyMs: null }, at)).toMatchObject({
    ...{ tone: 'warn', word: 'Unknown', latency: '–', more: 'Not probed since 20:01:00.' },
  })
})

test('a black picture is amber: it may be meant so', () => {
  expect(formatRow({ ...format, state: 'faulty', fault: { ...fault, code: 'picture-black' } }, at).tone).toBe('warn')
})

test('an output is seen, not seen with the reason, or not live', () => {
  const output = { outputId: 'o', name: 'Tube', seen: true, since: fault.since, lookedAt: null, behindMs: 9000, fault: null }
  expect(outputRow(output, at)).toMatchObject({ tone: 'ok', word: 'Seen', latency: '9.0 s' })
  const unseen = {
    ...output,
    seen: false,
    behindMs: null,
    fault: { code: 'not-moving', sentence: 'It stands still.', tryFirst: null },
  } as const
  expect(outputRow(unseen, at)).toMatchObject({ tone: 'bad', word: 'Not seen', more: 'Since 20:00:50: It stands still.' })
  expect(outputRow({ ...output, seen: null }, at)).toMatchObject({ tone: 'quiet', word: 'Not live' })
})

test('a prober that is off or broken is said so', () => {
  const prober = { state: 'running', since: fault.since, problem: null, cpuShare: 0.01 } as const
  expect(proberNote({ prober })).toBe(null)
  expect(proberNote({ prober: { ...prober, state: 'starting', problem: 'The prober ended: it was ended by SIGKILL.' } })).toMatch(/SIGKILL/)
})
