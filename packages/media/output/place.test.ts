import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canOverlap, isSamePlace } from './place.ts'

const at = (url: string, streamKey = 'key', tlsVerify = true) => ({ url, streamKey, tlsVerify })

const pairs: [title: string, a: ReturnType<typeof at>, b: ReturnType<typeof at>, can: boolean][] = [
  ['another key at the same server', at('rtmp://h/app', 'one'), at('rtmp://h/app', 'two'), true],
  ['another host', at('rtmp://a/app'), at('rtmp://b/app'), true],
  ['another port of the same protocol', at('rtmp://h:1935/app'), at('rtmp://h:1936/app'), true],
  ['another port and SRT', at('srt://h:9000', ''), at('srt://h:9001', ''), true],
  ['the same key in another app', at('rtmp://h/one'), at('rtmp://h/two'), false],
  ['the default port, said and unsaid', at('rtmp://h/one'), at('rtmp://H:1935/two'), false],
  ['the same key over TLS', at('rtmp://h/app'), at('rtmps://h/app'), false],
  ['the same key with another query', at('rtmp://h/app', 'key?token=1'), at('rtmp://h/app', 'key?token=2'), false],
  ['other TLS rules alone', at('rtmps://h/app'), at('rtmps://h/app', 'key', false), false],
  ['an SRT listener', at('srt://:9000?mode=listener', 'a'), at('srt://:9001?mode=listener', 'b'), false],
  ['an SRT listener without a host', at('srt://:9000', 'a'), at('srt://h:9001', 'b'), false],
  ['an SRT rendezvous', at('srt://h:9000?latency=90&mode=rendezvous', 'a'), at('srt://i:9000', 'b'), false],
  ['IPv6 hosts', at('rtmp://[::1]:1935/app'), at('rtmp://[::1]/other'), false],
]
for (const [title, a, b, can] of pairs) {
  test(`two sessions ${can ? 'can' : 'can not'} be open at once: ${title}`, () => {
    assert.equal(canOverlap(a, b), can)
    assert.equal(canOverlap(b, a), can)
  })
}

test('address, key and TLS make the place', () => {
  assert.equal(isSamePlace(at('rtmp://h/a'), at('rtmp://h/a')), true)
  assert.equal(isSamePlace(at('rtmp://h/a'), at('rtmp://h/a', 'other')), false)
  assert.equal(isSamePlace(at('rtmp://h/a'), at('rtmp://h/b')), false)
  assert.equal(isSamePlace(at('rtmp://h/a'), at('rtmp://h/a', 'key', false)), false)
})
