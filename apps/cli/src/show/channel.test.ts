import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel, Input } from '@sluice/contract/api'
import { formatInputs } from './channel.ts'

const nowMs = Date.parse('2026-01-01T12:00:00Z')
const hidden = { hasStreamId: false, hasPassphrase: false, hasStreamName: true, hasLogin: false, hasQuery: false }

/** An input that calls `url` and whose call is in `state`. */
const makeInput = (url: string | null, state?: 'calling' | 'connected' | 'backoff'): Input => ({
  id: 'i',
  role: 'backup',
  enabled: true,
  maintenance: false,
  streamKey: null,
  urls: null,
  srt: { latencyMs: 500, hasPassphrase: false, port: null, url: null },
  pull: url === null ? null : { url, ...hidden },
  clip: null,
  applied: true,
  actual: {
    inputId: 'i',
    role: 'backup',
    state: 'waiting',
    onAir: false,
    since: '2026-01-01T11:59:00Z',
    protocol: null,
    remoteAddress: null,
    encoder: null,
    video: null,
    audio: null,
    otherTracks: [],
    lastProblem: null,
    ...(state === undefined ? {} : { pull: { state, attempts: 3, nextTryAt: state === 'backoff' ? '2026-01-01T12:00:04.200Z' : null } }),
  },
})
const show = (...inputs: Channel['inputs']): string =>
  formatInputs(inputs, { channelId: 'c', at: null, inputs: [], outputs: [], playback: null }, nowMs)

test('an input that calls its source says whom, how often, and when again', () => {
  assert.match(show(makeInput('rtmp://h/live', 'backoff')), /\nbackup calls rtmp:\/\/h\/live, 3 calls, next in 5 s\n/)
  assert.match(show(makeInput('rtmp://h/live', 'calling')), /\nbackup calls rtmp:\/\/h\/live, call 3\n/)
  assert.match(show(makeInput('rtmp://h/live', 'connected')), /\nbackup calls rtmp:\/\/h\/live, connected\n/)
  assert.doesNotMatch(show(makeInput(null)), /calls/)
})
