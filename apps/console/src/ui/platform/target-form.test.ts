import type { CatalogueEntry } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { isUsualKey, keyHint, searchCatalogue, serversOf, targetFormOf } from './target-form.ts'

const makeEntry = (change: Partial<CatalogueEntry>): CatalogueEntry => ({
  id: 'twitch',
  name: 'Twitch',
  status: 'active',
  category: 'social',
  suggestedClass: 'B',
  servers: [],
  maxVideoKbps: null,
  recommendedKbps: null,
  maxFps: null,
  keyframeSeconds: null,
  videoCodecs: [],
  audioCodecs: [],
  keyPatternHint: '^live_[0-9]+_[A-Za-z0-9]+',
  notes: '',
  canPush: true,
  enhancedBroadcasting: false,
  ...change,
})

test('the hint of a key is made of the literal start of its pattern', () => {
  expect(keyHint(makeEntry({}))).toBe('Usually begins with live_')
  expect(keyHint(makeEntry({ keyPatternHint: '^[a-z0-9]{4}(-[a-z0-9]{4}){3,4}$', id: 'youtube' }))).toContain('abcd-efgh')
  expect(keyHint(makeEntry({ keyPatternHint: null }))).toBeNull()
})

test('an unusual key is pointed out, an empty one and a broken pattern are not', () => {
  expect(isUsualKey(makeEntry({}), 'live_123_abc')).toBe(true)
  expect(isUsualKey(makeEntry({}), 'abc')).toBe(false)
  expect(isUsualKey(makeEntry({}), '')).toBe(true)
  expect(isUsualKey(makeEntry({ keyPatternHint: '(' }), 'abc')).toBe(true)
})

test('only servers that an output can push to are offered, the first one chosen', () => {
  const entry = makeEntry({
    name: 'YouTube Live (RTMPS)',
    servers: [
      { role: 'web', protocol: 'hls-push', url: 'https://a.example/x' },
      { role: 'primary', protocol: 'rtmps', url: 'rtmps://a.example/live2' },
    ],
  })
  expect(serversOf(entry)).toHaveLength(1)
  expect(targetFormOf(entry)).toMatchObject({ name: 'YouTube Live', url: 'rtmps://a.example/live2', platform: 'twitch' })
})

test('a search puts the names that begin with it first and leaves owned playback out', () => {
  const entries = [
    makeEntry({ id: 'custom-rtmp', name: 'Custom RTMP', category: 'generic' }),
    makeEntry({ id: 'rtmp-house', name: 'RTMP house' }),
    makeEntry({ id: 'owned-abr', name: 'Owned RTMP', category: 'owned' }),
  ]
  expect(searchCatalogue(entries, 'rtmp').map((entry) => entry.id)).toEqual(['rtmp-house', 'custom-rtmp'])
  expect(searchCatalogue(entries, '')).toHaveLength(2)
})
