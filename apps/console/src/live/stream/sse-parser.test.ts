import { expect, test } from 'vitest'
import { SseParser } from './sse-parser.ts'

const stream = ':\n\nid: 7\nevent: output\ndata: {"a":1}\n\ndata: one\r\ndata:two\r\n\r\n'
const events = [
  { id: '7', type: 'output', data: '{"a":1}' },
  { id: '7', type: 'message', data: 'one\ntwo' },
]

test('reads events whatever the place where the stream is cut', () => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const parser = new SseParser()
    expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))]).toEqual(events)
  }
})

test('a heartbeat comment gives no event', () => {
  expect(new SseParser().push(': still here\n\n')).toEqual([])
})

test('an event that was not ended is held back', () => {
  const parser = new SseParser()
  expect(parser.push('data: half\n')).toEqual([])
  expect(parser.push('\n')).toEqual([{ id: null, type: 'message', data: 'half' }])
})
