import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PolicyError } from '@sluice/base/errors'
import { readAmf0, writeAmf0 } from '../amf0/index.ts'
import { md5Base64, md5Hex } from '../handshake/crypto.ts'
import { checkStreamKey, parsePlayUrl, parseRtmpUrl } from '../url.ts'
import { answerAuthChallenge } from './authmod.ts'
import { connectObject, readConnect, readConnectResult } from './connect.ts'
import { classifyRefusal, maskOf, type RefusalPhase } from './refusal.ts'
import { readStatus } from './status.ts'
import { resolveStream } from './stream-name.ts'

describe('a stream address', () => {
  const cases = [
    { from: ['live', 'key'], to: ['live', 'key', ''], name: 'ffmpeg and OBS with one application' },
    { from: ['live', 'key?a=b&c=%20d'], to: ['live', 'key', 'a=b&c=%20d'], name: "the key's own query, byte for byte" },
    { from: ['live2?backup=1', 'key'], to: ['live2', 'key', 'backup=1'], name: 'an application with a query (YouTube backup)' },
    { from: ['live2?backup=1', 'key?a=b'], to: ['live2', 'key', 'backup=1&a=b'], name: 'both queries, the application first' },
    { from: ['app/inst', 'key'], to: ['app/inst', 'key', ''], name: 'an application instance' },
    { from: ['live/key', ''], to: ['live', 'key', ''], name: 'the whole URL as server and no key (OBS)' },
    { from: ['live/key?a=b', ''], to: ['live', 'key', 'a=b'], name: 'the same with a query' },
    { from: ['/live/', '/key/'], to: ['live', 'key', ''], name: 'slashes at the ends' },
    { from: ['live', 'a/b'], to: ['live', 'a/b', ''], name: 'a key with a slash' },
    { from: ['', ''], to: ['', '', ''], name: 'nothing at all' },
    { from: ['live', '?a=b'], to: ['live', '', 'a=b'], name: 'a query without a key' },
  ] as const
  for (const { from, to, name } of cases) {
    test(`is taken apart: ${name}`, () => {
      const { app, name: key, query } = resolveStream(from[0], from[1])
      assert.deepEqual([app, key, query], to)
    })
  }
})

describe('a URL', () => {
  const cases = [
    { url: 'rtmp://host/live', to: { isTls: false, host: 'host', port: 1935, app: 'live', tcUrl: 'rtmp://host/live' } },
    { url: 'rtmps://host/live/', to: { isTls: true, host: 'host', port: 443, app: 'live', tcUrl: 'rtmps://host/live' } },
    {
      url: 'RTMP://host:80/a/b?c=d%20',
      to: { isTls: false, host: 'host', port: 80, app: 'a/b?c=d%20', tcUrl: 'rtmp://host:80/a/b?c=d%20' },
    },
    { url: 'rtmp://[::1]:1935/live', to: { isTls: false, host: '::1', port: 1935, app: 'live', tcUrl: 'rtmp://[::1]:1935/live' } },
    { url: 'rtmp://us%40er:pa:ss@host/live', to: { host: 'host', user: 'us@er', password: 'pa:ss', tcUrl: 'rtmp://host/live' } },
    { url: 'rtmp://host', to: { host: 'host', app: '', tcUrl: 'rtmp://host/' } },
  ]
  for (const { url, to } of cases) test(`${url} is taken apart`, () => assert.deepEqual({ ...parseRtmpUrl(url), ...to }, parseRtmpUrl(url)))
  for (const url of [
    'http://host/live',
    'rtmp:/host',
    'rtmp://',
    'rtmp://ho st/live',
    'rtmp://host:0/live',
    'rtmp://host:99999/live',
    'rtmp://host/a b',
  ]) {
    test(`${url} is refused without repeating it`, () => {
      assert.throws(
        () => parseRtmpUrl(url),
        (err) => err instanceof PolicyError && !err.message.includes(url),
      )
    })
  }
  test('a key keeps percent signs and its query, and may hold no white space', () => {
    checkStreamKey('a%20b?c=d&e=/f')
    checkStreamKey('')
    for (const key of ['a b', ' a', 'a\n', 'a\tb', 'a\u0000']) assert.throws(() => checkStreamKey(key), PolicyError)
  })
})

describe('a refusal', () => {
  const cases: { says: [string, string]; phase?: RefusalPhase; kind: string; who: string }[] = [
    { says: ['NetStream.Publish.BadName', 'Already publishing'], kind: 'duplicate-publisher', who: 'nginx-rtmp' },
    { says: ['NetStream.Publish.BadName', 'Stream already publishing'], kind: 'duplicate-publisher', who: 'Node-Media-Server' },
    { says: ['NetStream.Publish.BadName', ''], kind: 'duplicate-publisher', who: 'FMS' },
    { says: ['NetStream.Publish.BadName', 'Stream is already in use: live/x'], kind: 'duplicate-publisher', who: 'Wowza' },
    { says: ['NetStream.Publish.BadName', 'Invalid stream key'], kind: 'auth', who: 'servers that know no other code' },
    { says: ['NetStream.publish.Unauthorized', 'Authorization required.'], kind: 'auth', who: 'Node-Media-Server' },
    { says: ['NetStream.Publish.Denied', 'publish denied'], kind: 'auth', who: 'Red5, rml_rtmp' },
    { says: ['NetStream.Authenticate.UsherToken', ''], kind: 'auth', who: 'Twitch of old' },
    {
      says: ['NetConnection.Connect.Rejected', '[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed&opaque=x'],
      phase: 'connect',
      kind: 'auth',
      who: 'Akamai',
    },
    {
      says: ['NetConnection.Connect.Rejected', 'Connection failed: Application rejected connection.'],
      phase: 'connect',
      kind: 'publish-rejected',
      who: 'FMS',
    },
    { says: ['NetConnection.Connect.InvalidApp', ''], phase: 'connect', kind: 'publish-rejected', who: 'FMS' },
    { says: ['NetStream.Publish.Rejected', 'Unsupported video codec'], kind: 'codec', who: 'transcoding servers' },
    { says: ['NetStream.Publish.Failed', 'try later'], kind: 'publish-rejected', who: 'anyone' },
    { says: ['NetConnection.Connect.Closed', ''], phase: 'live', kind: 'remote-close', who: 'a server that goes down' },
    { says: ['NetStream.Publish.Failed', 'idle'], phase: 'live', kind: 'remote-close', who: 'anyone, in mid-stream' },
    // The words are those of the servers' own sources, issues and wikis; who says what, in README.md.
    { says: ['NetStream.Publish.Unauthorized', 'authentication failed'], kind: 'auth', who: 'MediaMTX' },
    { says: ['NetStream.Publish.Rejected', 'Authentication Failed.'], kind: 'auth', who: 'OvenMediaEngine' },
    { says: ['NetStream.Publish.Denied', 'Invalid stream key'], kind: 'auth', who: 'servers on rml_rtmp' },
    { says: ['NetStream.Publish.Denied', 'publisher is not allowed to publish this stream'], kind: 'auth', who: 'servers on rml_rtmp' },
    { says: ['NetConnection.Connect.Rejected', 'Authorized key is too old'], phase: 'connect', kind: 'auth', who: 'a Wowza module' },
    { says: ['NetStream.Publish.BadConnection', 'Connection already publishing'], kind: 'duplicate-publisher', who: 'Node-Media-Server' },
    { says: ['NetConnection.Connect.Rejected', 'Already publishing'], phase: 'connect', kind: 'duplicate-publisher', who: 'rtmp-rs' },
    { says: ['NetStream.Publish.BadName', 'stream already exists'], kind: 'duplicate-publisher', who: 'ingests with one publisher a key' },
    {
      says: ['NetStream.Play.StreamNotFound', 'fail to publish'],
      kind: 'publish-rejected',
      who: 'brpc, for want of a code that all clients know',
    },
    {
      says: ['NetStream.Publish.Rejected', 'authorization backend timeout'],
      kind: 'publish-rejected',
      who: 'one whose own service is down',
    },
    { says: ['NetStream.Publish.Denied', 'authentication temporarily unavailable, try again'], kind: 'publish-rejected', who: 'the same' },
    {
      says: ['NetConnection.Connect.Rejected', 'Too many connections for this token'],
      phase: 'connect',
      kind: 'publish-rejected',
      who: 'a server at its limit',
    },
    { says: ['NetStream.Failed', 'Internal Server Error'], phase: 'live', kind: 'remote-close', who: 'a server that breaks in mid-stream' },
    { says: ['', ''], kind: 'publish-rejected', who: 'a server of few words' },
  ]
  for (const { says, phase, kind, who } of cases) {
    test(`"${says.join(': ')}" of ${who} means ${kind}`, () => {
      const [code, description] = says
      const failure = classifyRefusal({ level: 'error', code, description, properties: {} }, phase ?? 'publish', (text) => text)
      assert.equal(failure.kind, kind)
      assert.equal(failure.peerCode, code === '' ? undefined : code)
    })
  }

  test('never repeats the key, however the server writes it', () => {
    const mask = maskOf('sec/ret?sign=ab%3D')
    assert.equal(mask('stream sec/ret?sign=ab%3D is unknown'), 'stream *** is unknown')
    assert.equal(mask('stream sec/ret is unknown'), 'stream *** is unknown')
    assert.equal(mask('stream sec%2Fret is unknown'), 'stream *** is unknown')
    assert.equal(maskOf('')('nothing to hide'), 'nothing to hide')
  })

  test('a status is read from the last object, with a level guessed where none is', () => {
    assert.equal(readStatus([null, { code: 'NetStream.Publish.BadName' }])?.level, 'error')
    assert.equal(readStatus([{ fmsVer: 'x' }, { code: 'NetConnection.Connect.Success' }])?.level, 'status')
    assert.equal(readStatus([null, 'text']), null)
  })
})

describe('connect', () => {
  test('reads a list of FourCCs', () => {
    const [properties] = readAmf0(
      writeAmf0([{ app: 'live', tcUrl: 'rtmp://h/live', flashVer: 'FMLE', fourCcList: ['av01', 'hvc1'], objectEncoding: 3 }]),
    )
    const request = readConnect([properties!])
    assert.deepEqual(request.enhanced, { fourCcs: ['av01', 'hvc1'], capsEx: 0 })
    assert.equal(request.objectEncoding, 3)
  })
  test('reads maps, and a list that came as an ECMA array', () => {
    const properties = { fourCcList: { 0: 'hvc1' }, videoFourCcInfoMap: { '*': 4 }, audioFourCcInfoMap: { Opus: 4 }, capsEx: 3 }
    assert.deepEqual(readConnectResult([null, properties]), { fourCcs: ['hvc1', '*', 'Opus'], capsEx: 3 })
  })
  test('of a peer that says nothing is null', () => assert.equal(readConnectResult([null, { code: 'x' }]), null))
  test('of ours is as FMLE sends it when Enhanced RTMP is off, extras winning', () => {
    const object = connectObject({ app: 'live', tcUrl: 'rtmp://h/live', isPublisher: true, enhanced: false, extras: { flashVer: 'other' } })
    assert.deepEqual(object, { app: 'live', flashVer: 'other', tcUrl: 'rtmp://h/live', type: 'nonprivate' })
  })
})

describe('authmod', () => {
  const credentials = { user: 'joe', password: 'secret', nonce: 'c0ffee00' }
  const adobe = '[ AccessManager.Reject ] : [ authmod=adobe ] : '
  test('names the user when the server wants to know', () => {
    assert.equal(answerAuthChallenge(`${adobe}[ code=403 need auth; authmod=adobe ] : `, 'live', credentials), '?authmod=adobe&user=joe')
  })
  test("answers Adobe's challenge", () => {
    const answer = answerAuthChallenge(`${adobe}?reason=needauth&user=joe&salt=SA==&challenge=CH==&opaque=OP==`, 'live', credentials)
    const response = md5Base64(`${md5Base64('joeSA==secret')}OP==c0ffee00`)
    assert.equal(answer, `?authmod=adobe&user=joe&challenge=c0ffee00&response=${response}&opaque=OP==`)
  })
  test("answers Limelight's challenge with the application's default instance", () => {
    const answer = answerAuthChallenge('[ authmod=llnw ] : ?reason=needauth&user=joe&nonce=NN', 'live?x=y', credentials)
    const response = md5Hex(`${md5Hex('joe:live:secret')}:NN:00000001:c0ffee00:auth:${md5Hex('publish:/live/_definst_')}`)
    assert.equal(answer, `?authmod=llnw&user=joe&nonce=NN&cnonce=c0ffee00&nc=00000001&response=${response}`)
  })
  test('has no answer to a refused answer, nor to other words', () => {
    assert.equal(answerAuthChallenge(`${adobe}?reason=authfailed&opaque=OP`, 'live', credentials), null)
    assert.equal(answerAuthChallenge('no', 'live', credentials), null)
  })
})

describe('the address of a stream to play', () => {
  const cases: [url: string, base: string, streamKey: string][] = [
    ['rtmp://h/live/key', 'rtmp://h/live', 'key'],
    ['rtmps://u:p@h:444/live/inst/key?a=b/c?d', 'rtmps://u:p@h:444/live/inst', 'key?a=b/c?d'],
    ['rtmp://[::1]:1935/live/key/', 'rtmp://[::1]:1935/live', 'key'],
  ]
  for (const [url, base, streamKey] of cases)
    test(`${url} is taken apart`, () => assert.deepEqual(parsePlayUrl(url), { url: base, streamKey }))
  for (const url of ['rtmp://h/live', 'rtmp://h', 'rtmp://h/live/?key', 'http://h/live/key', 'rtmp://h/live/a b']) {
    test(`${url} is refused without being repeated`, () => {
      assert.throws(
        () => parsePlayUrl(url),
        (err) => err instanceof PolicyError && !err.message.includes('key'),
      )
    })
  }
})
