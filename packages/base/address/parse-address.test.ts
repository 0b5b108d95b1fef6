import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PolicyError } from '@sluice/base/errors'
import { randomFrom } from '@sluice/testkit/random'
import {
  type Address,
  formatAddress,
  formatPublicAddress,
  holdsLocalPort,
  isSrt,
  parseAddress,
  portOf,
  readAddress,
  withSrtSecrets,
} from './index.ts'

const good: [given: string, kept: string][] = [
  ['rtmp://a.rtmp.youtube.com/live2', 'rtmp://a.rtmp.youtube.com/live2'],
  ['RTMPS://Live.Example.COM:443/app/', 'rtmps://live.example.com:443/app'],
  ['rtmps://b.rtmps.youtube.com:443/live2?backup=1', 'rtmps://b.rtmps.youtube.com:443/live2?backup=1'],
  ['rtmp://host/a/b?c=d%20&e=%2F', 'rtmp://host/a/b?c=d%20&e=%2F'],
  ['rtmp://us%40er:pa:ss@host/live', 'rtmp://us%40er:pa%3Ass@host/live'],
  ['srt://host.example:9000?latency=500', 'srt://host.example:9000?latency=500'],
  ['SRT://Host.Example:9000/?LATENCY=500', 'srt://host.example:9000?latency=500'],
  ['srt://[2001:DB8:0:0::7]:9000', 'srt://[2001:db8::7]:9000'],
  ['srt://:9000?mode=listener', 'srt://:9000?mode=listener'],
  ['srt://:9000?MODE=listener', 'srt://:9000?mode=listener'],
  ['srt://:9000', 'srt://:9000'],
  ['srt://h:1?streamid=#!::r=live/abc,m=publish&latency=80', 'srt://h:1?streamid=%23!%3A%3Ar%3Dlive%2Fabc%2Cm%3Dpublish&latency=80'],
  ['https://Me:p%40ss@H.example/x/../a.m3u8?Token=1', 'https://Me:p%40ss@h.example/a.m3u8?Token=1'],
  ['http://h', 'http://h/'],
  ['rtmp://münchen.example/live', 'rtmp://xn--mnchen-3ya.example/live'],
  ['rtmp://例え.テスト/live', 'rtmp://xn--r8jz45g.xn--zckzah/live'],
  ['rtmp://my_host/live', 'rtmp://my_host/live'],
  ['rtmp://203.0.113.7/live', 'rtmp://203.0.113.7/live'],
]
for (const [given, kept] of good) {
  test(`an address is read: ${given}`, () => {
    const address = parseAddress(given)
    assert.equal(formatAddress(address), kept)
    assert.deepEqual(parseAddress(kept), address)
    assert.ok(Object.isFrozen(address))
  })
}

const bad: [given: string, says: RegExp][] = [
  ['live.twitch.tv/app', /not an address/],
  ['rtmp:/host/app', /not an address/],
  ['rtmpt://host/app', /scheme is 'rtmpt'/],
  ['gopher-hunter7://x', /scheme is something else/],
  ['rtmp://host:0/app', /port is '0', not a number 1\.\.65535/],
  ['rtmp://host:01935/app', /port is '01935'/],
  ['rtmp://host:70000/app', /port is '70000'/],
  ['rtmp://host:hunter7/app', /port is something else/],
  ['rtmp://user:hunter7/x@host/app', /port is something else/],
  ['rtmp://host:/app', /port is ''/],
  ['rtmp:///app', /no host/],
  ['rtmp://ho st/app', /a space at position 10/],
  ['rtmp://host/app playpath=hunter7 live=1', /a space at position 16/],
  ['rtmp://host/app\n', /line break or control character at position 16/],
  ['rtmp://host\\@evil.example/app', /a backslash at position 12/],
  ['rtmp://ho\u200bst/app', /invisible character at position 10/],
  ['rtmp://host/app%0d%0aX', /percent-encoded control character/],
  ['rtmp://host/rtmp://other/app', /another address inside/],
  ['rtmp://host/a/../b', /'\.' or '\.\.'/],
  ['rtmp://a:hunter7@b@host/app', /more than one '@'/],
  ['rtmp://:hunter7@host/app', /no user name before it/],
  ['rtmp://u:%zzhunter7@host/app', /a character that cannot be read/],
  ['rtmp://host/app#x', /'#'/],
  ['https://host/a#x', /'#'/],
  ['rtmps://{region}.pscp.tv:443/x', /'\{region\}\.pscp\.tv' has a placeholder/],
  ['rtmp://host/{slot}', /\{slot\} is a placeholder/],
  ['rtmp://a..b/app', /part that is empty/],
  ['rtmp://-a.example/app', /begins or ends with '-'/],
  ['rtmp://[::1/app', /not an IPv6 address/],
  ['rtmp://[::g]/app', /not an IPv6 address/],
  ['rtmp://[fe80::1%25eth0]/app', /has a zone/],
  ['rtmp://[::ffff:10.0.0.1]/app', /IPv4 address written as IPv6/],
  ['rtmp://[::ffff:7f00:1]/app', /IPv4 address written as IPv6/],
  ['rtmp://a%2eb/app', /character '%'/],
  ['rtmp://host./app', /dot at its end/],
  ...['0x7f.1', '2130706433', '127.1', '0177.0.0.1', '127.0.0.01', '0x7f000001', '256.1.1.1', '1.2.3', 'a.1'].map(
    (host): [string, RegExp] => [`rtmp://${host}/live`, /four decimal numbers/],
  ),
  ...['１２７.0.0.1', '127。0。0。1', 'ｌocalhost', 'loca\u{1d525}ost', 'ho\u00adst', '①'].map((host): [string, RegExp] => [
    `rtmp://${host}/live`,
    /look like plain ones|invisible/,
  ]),
  ['srt://host', /no port: an SRT address needs one/],
  ['srt://host:9000/path', /no path/],
  ['srt://user:hunter7@h:1', /user name or password before the host/],
  ['srt://h:1#x?mode=listener', /no path/],
  ['srt://h:1?streamid=a#b&mode=listener', /a '#' in streamid: write %23/],
  ['srt://h:1?latency=80#hunter7&mode=listener', /a '#' in latency/],
  ['srt://:9000?mode=caller', /no host, and the mode is caller/],
  ['srt://host:9000?mode=server', /mode is 'server', not caller, listener or rendezvous/],
  ['srt://host:9000?mode=Listener', /mode is 'Listener'/],
  ['srt://host:9000?mode=', /mode is ''/],
  ['srt://h:1?mode=caller&MODE=listener', /mode appears twice/],
  ['srt://h:1?mode=caller&mode=caller', /mode appears twice/],
  ['srt://h:1?%6dode=listener', /parameter 1 of the address is not a known/],
  ['srt://h:1?m%6fde=listener', /parameter 1 of the address is not a known/],
  ['srt://h:1?latency=80&%70assphrase=hunter7hunter7', /parameter 2 of the address is not a known/],
  ['srt://h:1?passphrase=hunter7hunter7&Passphrase=hunter7hunter8', /passphrase appears twice/],
  ['srt://h:1?hunter7', /parameter 1 of the address is not a known/],
  ['srt://h:1?latency=200000', /latency is '200000', not 0\.\.10000 milliseconds; ffmpeg counts in microseconds, that is 200 here/],
  ['srt://h:1?latency=0500', /latency is '0500'/],
  ['srt://h:1?latency=0x10', /latency is something else/],
  ['srt://h:1?latency=80&rcvlatency=90', /latency and rcvlatency/],
  ['srt://h:1?latency=hunter7-hunter7', /latency is something else/],
  ['srt://h:1?pkt_size=hunter7-hunter7', /pkt_size is something else/],
  ['srt://h:1?pbkeylen=20', /pbkeylen is '20', not 0, 16, 24 or 32/],
  ['srt://h:1?passphrase=hunter7', /passphrase has 7 bytes, not 10 to 80/],
  [`srt://h:1?streamid=${'x'.repeat(513)}`, /streamid has 513 bytes, not at most 512/],
  ['srt://h:1?streamid=hunter7%', /'%' without two hex digits/],
  ['srt://h:1?transtype=file', /transtype is 'file', not live/],
  ['srt://h:1?packetfilter=fec', /FEC is not supported, ARQ is/],
  ['srt://h:1?colour=red', /'colour' is not a known/],
  [`rtmp://host/${'a'.repeat(5000)}`, /limit is 4096/],
]
for (const [given, says] of bad) {
  test(`an address is refused in plain words: ${JSON.stringify(given.slice(0, 60))}`, () => {
    assert.throws(
      () => parseAddress(given),
      (error) => {
        assert.ok(error instanceof PolicyError)
        assert.match(error.message, says)
        assert.doesNotMatch(`${error.message} ${error.limit} ${error.field}`, /hunter7/, 'a secret must not be repeated')
        return true
      },
    )
    assert.equal(readAddress(given), null)
  })
}

test('an SRT address that waits or meets needs a port of this machine, however it is spelled', () => {
  for (const text of [
    'srt://:9',
    'srt://h:9?mode=listener',
    'srt://h:9?MODE=rendezvous',
    'sRt://h:9?Mode=listener',
    'srt://h:9?mode=%6cistener',
  ]) {
    assert.equal(holdsLocalPort(parseAddress(text)), true, text)
  }
  for (const text of ['srt://h:9', 'srt://h:9?streamid=mode=listener', 'rtmp://h/app?mode=listener']) {
    assert.equal(holdsLocalPort(parseAddress(text)), false, text)
  }
})

test('ports that are not written are those of the scheme', () => {
  assert.deepEqual(
    ['rtmp://h/a', 'rtmps://h/a', 'http://h/a', 'https://h/a', 'rtmp://h:7/a'].map((text) => portOf(parseAddress(text))),
    [1935, 443, 80, 443, 7],
  )
})

test('what is shown of an address has no user, stream id, passphrase, token or web query in it', () => {
  const secret = 'hunter7-hunter7'
  for (const text of [
    `srt://h:1?PASSPHRASE=${secret}&StreamID=${secret}&latency=80`,
    `rtmp://${secret}:${secret}@h/app?token=${secret}`,
    `rtmp://h/app?${secret}`,
    `https://${secret}:${secret}@h/a.m3u8?TOKEN=${secret}`,
    `https://h/hdntl=${secret}/a.m3u8;${secret}`,
  ]) {
    const shown = formatPublicAddress(parseAddress(text))
    assert.doesNotMatch(shown, /hunter7/, text)
    assert.equal(formatPublicAddress(parseAddress(shown)), shown, text)
  }
  assert.equal(formatPublicAddress(parseAddress('rtmp://h/live2?backup=1')), 'rtmp://h/live2?backup=1')
})

test('SRT secrets go back into an address, each in its place once', () => {
  const address = parseAddress('srt://h:1?latency=80&streamid=a')
  assert.ok(isSrt(address))
  const whole = withSrtSecrets(address, { streamId: 'b&mode=listener', passphrase: 'long enough & more' })
  assert.equal(formatAddress(whole), 'srt://h:1?latency=80&streamid=b%26mode%3Dlistener&passphrase=long%20enough%20%26%20more')
  assert.deepEqual([whole.srt.mode, whole.srt.streamId, whole.srt.passphrase], ['caller', 'b&mode=listener', 'long enough & more'])
})

/** Pieces that readers of addresses have stumbled over, glued at random. */
const pieces = [
  ...['rtmp://', 'rtmps://', 'srt://', 'http://', 'https://', 'SRT://', 'Rtmp://'],
  ...['host', 'h.example', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '1', 'xn--mnchen-3ya', 'münchen', '１２７', '。', '例え'],
  ...[
    ':',
    ':9000',
    ':80',
    ':0',
    '/',
    '//',
    '?',
    '&',
    '#',
    '@',
    '%',
    '%2f',
    '%40',
    '%00',
    '\\',
    ' ',
    '\u200b',
    '\t',
    '=',
    ';',
    '+',
    '..',
    '.',
    '{x}',
  ],
  ...[
    'mode=',
    'MODE=',
    'm%6fde=',
    'listener',
    'caller',
    'rendezvous',
    'streamid=',
    'StreamID=',
    'passphrase=',
    'PASSPHRASE=',
    '0123456789',
    'latency=',
    '80',
    'é',
  ],
]

test('any text has one reading or none: what is written for the engine reads back to the same (seed 21)', () => {
  const random = randomFrom(21)
  const rounds = Number(process.env['SLUICE_FUZZ'] ?? 20_000)
  let read = 0
  for (let i = 0; i < rounds; i++) {
    const start = pieces[random.int(0, 6)]!
    const text = start + Array.from({ length: random.int(1, 10) }, () => pieces[random.int(0, pieces.length - 1)]).join('')
    let address: Address
    try {
      address = parseAddress(text)
    } catch (error) {
      assert.ok(error instanceof PolicyError, `${text}: ${error}`)
      continue
    }
    read++
    const whole = formatAddress(address)
    assert.deepEqual(parseAddress(whole), address, text)
    assert.equal(formatAddress(parseAddress(whole)), whole, text)
    // The reader of the web standard, which HTTP clients use, sees the same host and port.
    const seen = new URL(
      whole
        .replace(/^(rtmps?|srt):\/\/(?=:)/, '$1://any')
        .replace(/^(rtmps?|srt):/, 'http:')
        .split('?')[0]!,
    )
    if (address.host !== '') assert.equal(seen.hostname.replace(/^\[|\]$/g, ''), address.host, text)
    assert.equal(Number(seen.port || 80), address.port ?? Number(seen.port || 80), text)
    // What looks like a listener to a careless eye is one, or is no address that calls.
    if (isSrt(address) && /[?&]mode=(listener|rendezvous)(&|$)/i.test(text)) assert.ok(holdsLocalPort(address), text)
    // What is shown names the same place.
    const shown = parseAddress(formatPublicAddress(address))
    assert.deepEqual([shown.scheme, shown.host, shown.port], [address.scheme, address.host, address.port], text)
    if (isSrt(shown) && isSrt(address)) assert.equal(shown.srt.mode, address.srt.mode, text)
  }
  assert.ok(read > rounds / 100, `only ${read} of ${rounds} texts were addresses`)
})
