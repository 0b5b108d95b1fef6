import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesFrom } from '@sluice/testkit/random'
import { isPrivateTarget } from './private-address.ts'
import { formatTargetUrl, parseTargetUrl } from './target-url.ts'

const good: [given: string, kept: string][] = [
  ['rtmp://a.rtmp.youtube.com/live2', 'rtmp://a.rtmp.youtube.com/live2'],
  ['RTMPS://Live.Example.COM:443/app/', 'rtmps://live.example.com:443/app/'],
  ['rtmps://b.rtmps.youtube.com:443/live2?backup=1', 'rtmps://b.rtmps.youtube.com:443/live2?backup=1'],
  ['srt://host.example:9000?latency=500', 'srt://host.example:9000?latency=500'],
  ['srt://[2001:db8::7]:9000', 'srt://[2001:db8::7]:9000'],
  ['srt://:9000?mode=listener', 'srt://:9000?mode=listener'],
  ['srt://:9000', 'srt://:9000'],
  [
    'srt://host.example:9000?streamid=#!::r=name,m=publish&latency=300',
    'srt://host.example:9000?streamid=#!::r=name,m=publish&latency=300',
  ],
  ['rtmp://münchen.example/live', 'rtmp://xn--mnchen-3ya.example/live'],
  ['rtmp://例え.テスト/live', 'rtmp://xn--r8jz45g.xn--zckzah/live'],
  ['rtmp://0x7f.1/live', 'rtmp://127.0.0.1/live'],
  ['rtmp://2130706433/live', 'rtmp://127.0.0.1/live'],
  ['rtmp://my_host/live', 'rtmp://my_host/live'],
]
for (const [given, kept] of good) {
  test(`an address is kept as it works: ${given}`, () => {
    const parsed = parseTargetUrl(given)
    assert.ok(!('problem' in parsed), JSON.stringify(parsed))
    assert.equal(formatTargetUrl(parsed), kept)
  })
}

const bad: [given: string, says: RegExp][] = [
  ['live.twitch.tv/app', /no form of an address/],
  ['https://youtube.com/live', /scheme is 'https', not rtmp, rtmps or srt: use the platform's RTMP server/],
  ['rtmpt://host/app', /scheme is 'rtmpt'/],
  ['rtmp://user:hunter7@host/app', /user name or password before the host/],
  ['rtmp://host:0/app', /port is '0', not a number 1\.\.65535/],
  ['rtmp://host:70000/app', /port is '70000'/],
  ['rtmp://host:19a/app', /port is '19a'/],
  ['rtmp://host:/app', /port is ''/],
  ['rtmp:///app', /no host/],
  ['rtmp://ho st/app', /a space at position 10/],
  ['rtmp://host/app\n', /line break or control character at position 16/],
  ['srt://:9000?mode=caller', /no host/],
  ['srt://host:9000?mode=server', /mode is 'server', not caller, listener or rendezvous/],
  ['srt://host:9000?latency=200000', /latency is '200000', not 0\.\.10000 milliseconds; ffmpeg counts in microseconds, that is 200 here/],
  ['srt://host:9000?pbkeylen=20', /pbkeylen is '20', not 16, 24 or 32/],
  ['rtmp://host', /no application after the host, as in rtmp:\/\/host\/live/],
  ['rtmp://host//', /no application/],
  ['rtmp://host/app#x', /'#'/],
  ['rtmps://{region}.pscp.tv:443/x', /blank to fill in/],
  ['rtmp://host/{slot}', /\{slot\} is a blank/],
  ['srt://host', /no port: an SRT address needs one/],
  ['srt://host:9000/path', /no path/],
  ['rtmp://a..b/app', /part that is empty/],
  ['rtmp://-a.example/app', /begins or ends with '-'/],
  ['rtmp://[::1/app', /no form of an address|is not/],
  ['rtmp://[::g]/app', /not an IPv6 address/],
  ['rtmp://256.1.1.1/app', /not a name or address/],
  ['rtmp://a%2eb/app', /character '%'/],
]
for (const [given, says] of bad) {
  test(`an address is refused in plain words: ${JSON.stringify(given)}`, () => {
    const parsed = parseTargetUrl(given)
    assert.ok('problem' in parsed, JSON.stringify(parsed))
    assert.match(parsed.problem, says)
    assert.doesNotMatch(parsed.problem, /hunter7/, 'a password must not be repeated')
  })
}

test('any text gives an address that parses again to itself, or a problem (seed 11)', () => {
  const rounds = Number(process.env['SLUICE_FUZZ'] ?? 5_000)
  const alphabet = 'rtmps://[]:@?#{}%.ab-_019 é\u0000'
  for (const bytes of bytesFrom(11, rounds, 24)) {
    const text = `rtmp://${[...bytes].map((byte) => alphabet[byte % alphabet.length]).join('')}`
    const parsed = parseTargetUrl(text)
    if ('problem' in parsed) continue
    assert.deepEqual(parseTargetUrl(formatTargetUrl(parsed)), parsed, text)
  }
})

const inside = [
  '127.0.0.1',
  '10.1.2.3',
  '192.168.1.1',
  '172.31.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
]
const insideV6 = [
  '[::1]',
  '[::]',
  '[fe80::1]',
  '[fd00::1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[ff02::1]',
]
test('loopback, private and special addresses are inside; public ones are not', () => {
  for (const host of [...inside, ...insideV6, 'localhost', 'LOCALHOST', 'a.localhost']) assert.equal(isPrivateTarget(host), true, host)
  for (const host of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '[2001:4860::8888]', '[::ffff:8.8.8.8]', 'example.com', 'localhost.example'])
    assert.equal(isPrivateTarget(host), false, host)
})
