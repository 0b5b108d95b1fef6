import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStreamId } from '@sluice/protocols/srt'
import { randomFrom } from '@sluice/testkit/random'
import { keyCandidates, maxCandidates } from './key-candidates.ts'

const key = 'abcdefgh-23456789-mnpqrstu-vwxyz234'

/** What boxes in the field make of a key, as name, query, application and address of RTMP. */
const rtmpForms: [name: string, query: string, app: string, tcUrl: string][] = [
  [key, '', 'live', 'rtmp://h/live'],
  [key, '', 'live/0', 'rtmp://h/live/0'],
  [`0/${key}`, '', 'live', 'rtmp://h/live'],
  [key, '', 'vod', 'rtmp://h/vod'],
  ['', '', `live/${key}`, `rtmp://h/live/${key}`],
  [key, '', `live/${key}`, `rtmp://h/live/${key}`],
  ['stream', '', `live/${key}/_definst_`, ''],
  ['stream', `key=${key}`, 'live', `rtmp://h/live?key=${key}`],
  ['stream', key, 'live', `rtmp://h/live?${key}`],
  [key, 'x=y', 'live', 'rtmp://h/live'],
  [` ${key} `, '', 'live', ''],
  [`${key}/`, '', 'live', ''],
  [key.replaceAll('-', '%2D'), '', 'live', ''],
  [`%20${key}%0A`, '', 'live', ''],
  [`"${key}"`, '', 'live', ''],
  [`publish:${key}`, '', 'live', ''],
  [`mp4:${key}.mp4`, '', 'live', ''],
  ['stream', '', 'live', `rtmp://user:${key}@h/live`],
  ['stream', `user=a&password=${key}&authmod=adobe`, 'live', ''],
]
for (const form of rtmpForms) {
  test(`a key is among the candidates of RTMP ${JSON.stringify(form).replaceAll(key, 'KEY')}`, () => {
    assert.ok(keyCandidates(form).includes(key))
  })
}

const srtForms = [
  ...[
    'K',
    'publish:K',
    'publish/K',
    'publish/live/K',
    'publish:live/K',
    'live/K',
    '/K',
    'K/',
    ' K ',
    'publish: K',
    '"K"',
    "'publish:K'",
    'K?x=y',
    'K,m=publish',
  ],
  ...['publish:K:user:pass', 'publish:user:K', '#!::r=K,m=publish', '#!::m=publish,r=K', '#!::r=/K,m=publish', '#!::r=live/K,m=publish'],
  ...[
    '#!::h=127.0.0.1,r=live/K,m=publish',
    '#!::bmd_uuid=0e1d-77,bmd_name=wp-003,r=K,m=publish',
    '#!::u=K,r=live',
    '#!::s=K',
    '#!::r=K,m=upload',
  ],
  ...[
    '#!:: r = K , m = publish',
    '%23!::r=K,m=publish',
    '%23%21%3A%3Ar%3DK%2Cm%3Dpublish',
    'publish%3AK',
    'publish%2FK',
    '%2523!::r=K',
    '#!::r=K',
    '#!::r=K?x=y',
  ],
]
for (const form of srtForms) {
  test(`a key is among the candidates of the stream id ${form}`, () => {
    const streamId = form.replaceAll('K', key)
    assert.ok(keyCandidates([parseStreamId(streamId).resource, streamId]).includes(key))
    assert.notEqual(parseStreamId(streamId).mode, 'request')
  })
}

test('what a caller wants is read in every form', () => {
  for (const form of [
    'read:K',
    'READ:K',
    'read/K',
    'play:K',
    'request:K',
    '#!::r=K,m=request',
    '#!::r=K,m=Request',
    '%23!::r=K,m=request',
    'read%3AK',
    ' "read:K" ',
  ]) {
    assert.equal(parseStreamId(form).mode, 'request', form)
  }
  for (const form of ['K', 'readable:K', '#!::r=K', '#!::r=K,m=upload', 'reader/K']) assert.equal(parseStreamId(form).mode, null, form)
})

test('any text has few candidates, and a key between other things is always one of them (seed 5)', () => {
  const random = randomFrom(5)
  const rounds = Number(process.env['SLUICE_FUZZ'] ?? 5000)
  const alphabet = [
    '/',
    ':',
    ',',
    '?',
    '&',
    '=',
    '#',
    '!',
    '%',
    '%20',
    '%2f',
    '%25',
    ' ',
    '"',
    '.',
    'live',
    'r',
    'é',
    '\u0000',
    '-',
    '_',
    'm=publish',
  ]
  const noise = (most: number): string =>
    Array.from({ length: random.int(0, most) }, () => alphabet[random.int(0, alphabet.length - 1)]).join('')
  for (let i = 0; i < rounds; i++) {
    const other = [noise(300), noise(300), noise(4000)]
    const candidates = keyCandidates(other)
    assert.ok(candidates.length <= maxCandidates)
    assert.ok(candidates.every((one) => one !== ''))
    // Letters and digits right beside it would make it another word.
    const [before, behind] = [noise(12).replace(/[a-z0-9]+$/i, ''), noise(12).replace(/^[a-z0-9]+/i, '')]
    const text = `${before}/${key}/${behind}`
    assert.ok(keyCandidates([text, ...other]).includes(key), JSON.stringify(text))
  }
})

test('a text of a megabyte costs no more than one of two kilobytes', () => {
  assert.ok(keyCandidates(['x,'.repeat(500_000), key]).length <= maxCandidates)
  assert.ok(keyCandidates(['x,'.repeat(500_000), key]).includes(key))
})
