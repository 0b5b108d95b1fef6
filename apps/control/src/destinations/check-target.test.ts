import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTarget, keyHint, loadCatalogue, wholeAddress } from './index.ts'

const check = (url: string, streamKey = '') => checkTarget({ url, streamKey }, false)

test('a key pasted with the RTMP address leaves the address, with its own query byte for byte', () => {
  const target = check('rtmp://live.example/app/inst/abcd-1234?token=a%2Fb&x=1')
  assert.deepEqual(target, { url: 'rtmp://live.example/app/inst', streamKey: 'abcd-1234?token=a%2Fb&x=1', passphrase: null, query: null })
})

test("an address with a key beside it keeps its path and query: YouTube's backup application", () => {
  const target = check('rtmps://b.rtmps.youtube.com:443/live2?backup=1', 'abcd-efgh')
  assert.deepEqual(target, { url: 'rtmps://b.rtmps.youtube.com:443/live2?backup=1', streamKey: 'abcd-efgh', passphrase: null, query: null })
})

test('stream id and passphrase leave an SRT address', () => {
  const target = check('srt://h.example:9000?latency=500&streamid=%23!::m=publish&passphrase=long-enough-1&pbkeylen=32')
  assert.deepEqual(target, {
    url: 'srt://h.example:9000?latency=500&pbkeylen=32',
    streamKey: '#!::m=publish',
    passphrase: 'long-enough-1',
    query: null,
  })
})

test('secrets leave an address however they are spelled', () => {
  const secret = 'hunter7-hunter7'
  for (const [url, streamKey] of [
    [`srt://h.example:9000?PASSPHRASE=${secret}&StreamID=${secret}`, ''],
    [`SRT://H.example:9000?PassPhrase=${secret}&latency=80`, secret],
    [`rtmp://h.example/app/${secret}`, ''],
    [`rtmp://h.example/app/${secret}`, secret],
    [`rtmp://h.example/app/${secret}/`, `${secret}?a=b`],
    [`rtmp://h.example/app?token=${secret}`, 'a-key-of-its-own'],
    [`rtmp://h.example/app?TOKEN=${secret}&backup=1`, 'a-key-of-its-own'],
    [`rtmp://h.example/app?${secret}`, 'a-key-of-its-own'],
  ] as const) {
    const target = check(url, streamKey)
    assert.ok('url' in target, `${url}: ${JSON.stringify(target)}`)
    assert.doesNotMatch(target.url, /hunter7/, url)
    const whole = wholeAddress(target.url, { passphrase: target.passphrase ?? '', query: target.query ?? '' })
    assert.match(`${whole} ${target.streamKey}`, /hunter7/, 'nothing is lost')
  }
  for (const url of [`rtmp://h.example/${secret}/app`, `rtmp://user:${secret}@h.example/app`, `rtmp://user/${secret}@h.example/app`]) {
    const refusal = check(url, secret)
    assert.ok('code' in refusal && refusal.code === 'DESTINATION_URL', url)
    assert.doesNotMatch(JSON.stringify(refusal), /hunter7/)
  }
})

test('private targets are refused unless allowed', () => {
  assert.deepEqual(check('rtmp://127.0.0.1/live', 'k-12345'), {
    code: 'DESTINATION_PRIVATE',
    field: 'url',
    message: '127.0.0.1 is an address on this machine or a private network. To allow these, start Sluice with --allow-private-targets.',
  })
  assert.ok('url' in checkTarget({ url: 'rtmp://127.0.0.1/live', streamKey: 'k' }, true))
})

for (const [key, says] of [
  ['', /no stream key/],
  ['abc def', /space or line break at position 4 of 7/],
  ['abc\n', /position 4 of 4/],
  ['rtmp://a/b/c', /is an address/],
] as const) {
  test(`a stream key that cannot work is refused: ${JSON.stringify(key)}`, () => {
    const refusal = check('rtmp://live.example/app', key)
    assert.ok('code' in refusal && refusal.code === 'DESTINATION_KEY')
    assert.match(refusal.message, says)
  })
}

test('only a long key shows its last characters', () => {
  assert.equal(keyHint('abcd-efgh-ijkl'), 'ijkl')
  assert.equal(keyHint('short'), null)
})

test('the catalogue loads whole, and every fixed push address in it is accepted', () => {
  const { entries } = loadCatalogue()
  assert.equal(entries.length, 57)
  let accepted = 0
  for (const entry of entries.filter((candidate) => candidate.canPush)) {
    for (const server of entry.servers.filter(({ protocol, url }) => /^(rtmps?|srt)$/.test(protocol) && !url.includes('{'))) {
      const target = check(server.url, 'some-key-1234')
      assert.ok('url' in target, `${entry.id}: ${JSON.stringify(target)}`)
      accepted++
    }
  }
  assert.equal(accepted, 54)
  const blank = entries.flatMap((entry) => entry.servers).filter(({ url, protocol }) => url.includes('{') && protocol.startsWith('rtmp'))
  for (const server of blank) assert.ok('code' in check(server.url, 'some-key'), server.url)
})

test('at every preset a key with a query passes byte for byte, and a broken address is refused in plain words without its secret', () => {
  const key = 'some-key-1234?token=a%2Fb&sign=x==&s_ps=1'
  const broken: [change: (url: string) => string, says: RegExp][] = [
    [(url) => url.replace('://', '://user:hunter7@'), /user name or password before the host/],
    [(url) => url.replace(/^\w+:/, 'https:'), /scheme is 'https', not rtmp, rtmps or srt/],
    [(url) => url.replace(/^(\w+:\/\/[^:/?]+)(:\d+)?/, '$1:99999'), /port is '99999', not a number 1\.\.65535/],
    [(url) => url.replace('.', ' .'), /a space at position/],
  ]
  const servers = loadCatalogue()
    .entries.filter(({ canPush }) => canPush)
    .flatMap((entry) => entry.servers.filter(({ protocol, url }) => /^(rtmps?|srt)$/.test(protocol) && !url.includes('{')))
  assert.equal(servers.length, 54)
  for (const { url } of servers) {
    const target = check(url, key)
    assert.equal('streamKey' in target && target.streamKey, key, url)
    for (const [change, says] of broken) {
      const refusal = check(change(url), key)
      assert.ok('message' in refusal && says.test(refusal.message), `${change(url)}: ${JSON.stringify(refusal)}`)
      assert.doesNotMatch(JSON.stringify(refusal), /hunter7|some-key/)
    }
  }
})

test('what this version cannot push to is marked', () => {
  const cannot = loadCatalogue()
    .entries.filter((entry) => !entry.canPush)
    .map((entry) => entry.id)
  assert.deepEqual(cannot, ['owned-abr', 'owned-webrtc', 'youtube-hls', 'custom-whip', 'custom-hls-push', 'custom-udp'])
})

test('a wrong catalogue names the place', () => {
  assert.throws(() => loadCatalogue('[{"id":"x"}]'), /wrong at 0\.name/)
})
