import type { StoredEvent } from '@sluice/contract/events'
import { expect, test } from 'vitest'
import { eventMarks } from './event-marks.ts'

const event = (name: StoredEvent['name'], data: Record<string, unknown> = {}, subjectId: string | null = null): StoredEvent => ({
  id: name,
  at: '2026-01-01T20:00:00.000Z',
  name,
  severity: 'warning',
  channelId: 'c',
  subjectId,
  message: '',
  data,
})
const kinds = (events: StoredEvent[], outputId?: string): string[] => eventMarks(events, outputId).map(({ kind }) => kind)

const switched = (from: string, to: string) => event('source.switched', { from, to })

test('switches and slates are marked; the beginning and the end of a show are not', () => {
  const newestFirst = [switched('slate', 'none'), switched('backup', 'slate'), switched('primary', 'backup'), switched('none', 'primary')]
  expect(kinds(newestFirst)).toEqual(['switch', 'slate'])
})

test('an output is marked where it begins to fail, not at each retry', () => {
  const happened = ['output.live', 'output.stalled', 'output.backoff', 'output.backoff', 'output.live', 'output.failed'] as const
  expect(kinds(happened.map((name) => event(name, {}, 'o')).reverse())).toEqual(['output', 'output'])
})

test('the graph of one output has its own failures and the switches of all', () => {
  const events = [event('output.failed', {}, 'o'), event('output.failed', {}, 'p'), switched('primary', 'backup')]
  expect(kinds(events, 'o')).toEqual(['switch', 'output'])
})
