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
  { url: 'srt://h:1?streamid=a+b%', want: { host: 'h', port: 1, mode: 'caller', streamId: 'a+b%' } },
  {
    url: 'srt://h:1?maxbw=1000000&cryptomode=2',
    want: { host: 'h', port: 1, mode: 'caller', streamId: '', maxBandwidthBps: 8e6, cipherMode: 'gcm' },
  },
]
for (const { url, want } of good) {
  test(`${url} is read`, () => assert.deepEqual(parseSrtUrl(url), want))
}

const bad = [
  { url: 'rtmp://h:1', says: 'the URL does not begin with srt://' },
  { url: 'srt://h', says: 'the URL has no port: srt://host:port is needed' },
  { url: 'srt://user:secret@h:1', says: 'the URL has a user name or password; SRT knows streamid and passphrase' },
  { url: 'srt://h:70000', says: 'port is "70000", not 1 to 65535' },
  {
    url: 'srt://h:1?latency=2000000',
    says: 'latency is "2000000", not 0 to 10000 milliseconds; 2000000 looks like ffmpeg\'s microseconds, that is 2000 ms',
  },
  { url: 'srt://h:1?pbkeylen=17', says: 'pbkeylen is "17", not 16, 24 or 32' },
  { url: 'srt://h:1?passphrase=short', says: 'passphrase is "5 bytes", not 10 to 80 bytes' },
  { url: `srt://h:1?streamid=${'x'.repeat(513)}`, says: 'streamid is "513 bytes", not at most 512 bytes' },
  { url: 'srt://h:1?transtype=file', says: 'transtype is "file", not live' },
  { url: 'srt://h:1?packetfilter=fec', says: 'packetfilter is "fec", not no packet filter: FEC is not supported, ARQ is' },
  { url: 'srt://:1?mode=caller', says: 'mode is "caller", not listener when the URL has no host' },
  { url: 'srt://h:1?colour=red', says: '"colour" is no parameter of an srt:// URL here' },
]
for (const { url, says } of bad) {
  test(`${url.slice(0, 60)} is refused with what was found and expected`, () => {
    assert.throws(
      () => parseSrtUrl(url),
      (err) => err instanceof PolicyError && err.message === says,
    )
  })
}
