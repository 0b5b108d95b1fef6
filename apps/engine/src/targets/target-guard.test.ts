import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardedLookup, refuseLiteral } from '@sluice/base/targets'
import { refuseTarget } from './refuse-target.ts'

test('a literal private target is refused unless it is allowed, and the reason names the setting', () => {
  assert.match(refuseLiteral('[::1]', false)?.message ?? '', /SLUICE_ALLOW_PRIVATE_TARGETS/)
  assert.equal(refuseLiteral('127.0.0.1', true), null)
  assert.equal(refuseLiteral('live.example.com', false), null)
})

const never = [
  ...['rtmp://127.0.0.1/live', 'rtmps://u:p@10.1.2.3:443/live', 'rtmp://[::1]/live', 'srt://192.168.0.9:9000', 'RTMP://LOCALHOST/live'],
  ...[
    'rtmp://[64:ff9b::7f00:1]/live',
    'rtmp://[2002:7f00:1::]/live',
    'srt://10.0.0.1:9?mode=rendezvous',
    'srt://10.0.0.1:9?streamid=mode=listener',
  ],
  ...['rtmp://2130706433/live', 'rtmp://0x7f.1/live', 'rtmp://0177.0.0.1/live', 'rtmp://127.1/live', 'rtmp://[::ffff:127.0.0.1]/live'],
  ...[
    'rtmp://127.0.0.1./live',
    'rtmp://１２７.0.0.1/live',
    'rtmp://127。0.0.1/live',
    'rtmp://a@127.0.0.1@8.8.8.8/live',
    'rtmp://8.8.8.8\\@127.0.0.1/live',
  ],
  ...['srt://10.0.0.1:9?mode=caller&MODE=listener', 'srt://10.0.0.1:9?x=mode=listener', 'http://8.8.8.8/live', 'file:///etc/passwd', ''],
]
test('no spelling of an address reaches a private one', () => {
  for (const url of never) assert.notEqual(refuseTarget(url, false), null, url)
  for (const url of ['rtmp://8.8.8.8/live', 'srt://8.8.8.8:9000', 'rtmps://live.example:443/app', 'srt://:9000']) {
    assert.equal(refuseTarget(url, false), null, url)
  }
})

test('a name that leads to loopback is refused at lookup', async () => {
  const error = await new Promise<Error | null>((resolve) => guardedLookup('localhost', { all: true }, (err) => resolve(err)))
  assert.match(error?.message ?? '', /localhost is a loopback or private address/)
})
