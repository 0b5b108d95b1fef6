import { expect, test } from 'vitest'
import { judgeNotices } from './notices.ts'

const mp3 = { kind: 'audio', mimeType: null, text: 'No sound here.' } as const
const hevc = { kind: 'video', mimeType: 'video/mp4; codecs="hvc1.1.6.L93.B0"', text: 'No H.265 here.' } as const
const all = (): boolean => true
const none = (): boolean => false

test('a stream without limits plays and says nothing', () => {
  expect(judgeNotices([], none)).toEqual({ canPlay: true, hasSound: true, text: null })
})

test('audio that no browser gets is named, and the picture plays', () => {
  expect(judgeNotices([mp3], all)).toEqual({ canPlay: true, hasSound: false, text: 'No sound here.' })
})

test('a codec that this browser lacks costs the whole stream, and that is said first', () => {
  expect(judgeNotices([mp3, hevc], none)).toEqual({ canPlay: false, hasSound: false, text: 'No H.265 here.' })
  expect(judgeNotices([hevc], all)).toEqual({ canPlay: true, hasSound: true, text: null })
})
