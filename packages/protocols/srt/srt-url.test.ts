import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PolicyError } from '@sluice/base/errors'
import { parseSrtUrl } from './srt-url.ts'

const good = [
  { url: 'srt://example.com:9000', want: { host: 'example.com', port: 9000, mode: 'caller', streamId: '' } },
  { url: 'srt://:9000', want: { host: '', port: 9000, mode: 'listener', streamId: '' } },
  { url: 'srt://[2001:db8::1]:9000/', want: { host: '2001:db8::1', port: 9000, mode: 'caller', streamId: '' } },
  {
    url: 'srt://h:1?mode=rendezvous&latency=500&pbkeylen=32&passphrase=0123456789',
    want: { host: 'h', port: 1, mode: 'rendezvous', streamId: '', latencyMs: 500, keyLengthBytes: 32, passphrase: '0123456789' },
  },
  {
    url: 'srt://h:1?streamid=#!::r=live/abc,m=publish&latency=80&pkt_size=1316',
    want: { host: 'h', port: 1, mode: 'caller', streamId: '#!::r=live/abc,m=publish', latencyMs: 80 },
  },
  { url: 'srt://h:1?streamid=%23!::r%3Da%26b', want: { host: 'h', port: 1, mode: 'caller', streamId: '#!::r=a&b' } },
  { url: 'srt://h:1?streamid=a+b%25', want: { host: 'h', port: 1, mode: 'caller', streamId: 'a+b%' } },
  {
    url: 'srt://h:1?maxbw=1000000&cryptomode=2',
    want: { host: 'h', port: 1, mode: 'caller', streamId: '', maxBandwidthBps: 8e6, cipherMode: 'gcm' },
  },
]
for (const { url, want } of good) {
  test(`${url} is read`, () => assert.deepEqual(parseSrtUrl(url), want))
}

const bad = [
  { url: 'rtmp://h/app', says: 'the URL begins with rtmp://, not srt://' },
  { url: 'srt://h', says: 'there is no port: an SRT address needs one, as in srt://host:9000' },
  { url: 'srt://h:1?passphrase=short', says: 'the passphrase has 5 bytes, not 10 to 80' },
]
for (const { url, says } of bad) {
  test(`${url.slice(0, 60)} is refused with what was found and expected`, () => {
    assert.throws(
      () => parseSrtUrl(url),
      (err) => err instanceof PolicyError && err.message === says,
    )
  })
}
