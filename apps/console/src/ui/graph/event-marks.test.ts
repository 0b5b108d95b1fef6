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

test('switches, slates and failed outputs are marked; the beginning and the end of a show are not', () => {
  const switched = (from: string, to: string) => event('source.switched', { from, to })
  const events = [switched('none', 'primary'), switched('primary', 'backup'), switched('backup', 'slate'), switched('slate', 'none')]
  expect(kinds(events)).toEqual(['switch', 'slate'])
  expect(kinds([event('output.failed', {}, 'o'), event('output.live', {}, 'o'), event('output.stalled', {}, 'p')])).toEqual([
    'output',
    'output',
  ])
})

test('the graph of one output has its own failures and the switches of all', () => {
  const events = [
    event('output.failed', {}, 'o'),
    event('output.failed', {}, 'p'),
    event('source.switched', { from: 'primary', to: 'backup' }),
  ]
  expect(kinds(events, 'o')).toEqual(['output', 'switch'])
})
