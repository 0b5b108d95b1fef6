import { makeChannel, makeInput } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { soundRows } from './viewing-words.ts'

const audio = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }

test('a row stands for each audio track on the air, and for each that somebody named', () => {
  const input = makeInput({ role: 'primary' })
  const actual = { ...input.actual!, audio, otherTracks: ['audio 1: aac 48 kHz stereo', 'video 1: h264'] }
  const channel = makeChannel({ source: 'primary', inputs: [{ ...input, actual }] })
  const viewing = { latency: 'low' as const, sounds: [{ track: 3, language: 'de', name: 'Kommentar' }] }
  expect(soundRows({ ...channel, playback: { ...channel.playback, viewing } })).toEqual([
    { track: 0, language: '', name: '' },
    { track: 1, language: '', name: '' },
    { track: 3, language: 'de', name: 'Kommentar' },
  ])
})
