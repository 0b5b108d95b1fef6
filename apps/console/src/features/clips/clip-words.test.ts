import { clipContentTypes } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { clipFacts, clipUse, contentTypeOf, fileEndings, nameOf } from './clip-words.ts'

const clip = {
  id: 'c',
  name: 'Pause',
  kind: 'video' as const,
  contentType: 'video/mp4',
  state: 'ready' as const,
  progress: null,
  problem: null,
  uploadBytes: 1,
  bytes: 3_200_000,
  durationMs: 8000,
  width: 1280,
  height: 720,
  fps: 29.97,
  hasAudio: true,
  usedBy: { channels: 0, inputs: 0 },
  createdAt: '2026-01-01T00:00:00.000Z',
}

test('a file has its content type by its ending, and every one of them is taken', () => {
  expect(contentTypeOf('Pause.Final.MP4')).toBe('video/mp4')
  expect(contentTypeOf('notes.txt')).toBeNull()
  expect(contentTypeOf('mp4')).toBeNull()
  for (const ending of fileEndings) expect(clipContentTypes).toContain(contentTypeOf(`a${ending}`))
})

test('a clip is called as its file at first', () => {
  expect(nameOf('Pause.Final.mp4')).toBe('Pause.Final')
  expect(nameOf('.mp4')).toBe('Clip')
})

test('a clip says what it is and who uses it', () => {
  expect(clipFacts(clip)).toBe('1280 × 720 · 29.97 fps · 8 s · with audio · 3.2 MB')
  expect(clipFacts({ ...clip, kind: 'image' })).toBe('1280 × 720 · 3.2 MB')
  expect(clipUse(clip)).toBe('Not in use')
  expect(clipUse({ ...clip, usedBy: { channels: 2, inputs: 1 } })).toBe('Slate on 2 channels, played by 1 input')
})
