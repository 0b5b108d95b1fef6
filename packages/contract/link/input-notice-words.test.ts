import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noticeCodes, noticeMedia } from './input-notice.ts'
import { noticeOfMissing, noticesInForce, noticeWords } from './input-notice-words.ts'

test('every notice is a sentence of its own for every kind of media, and a warning says what to try first', () => {
  for (const code of noticeCodes) {
    for (const media of noticeMedia) {
      for (const subject of ['', 'G.711 mu-law']) {
        const { sentence, tryFirst, severity } = noticeWords({ code, media, subject })
        assert.match(sentence, /^[A-Z].*\.$/, `${code} ${media}`)
        assert.doesNotMatch(sentence, /undefined|\(\)| {2}/)
        assert.equal(tryFirst === null, severity === 'info', `${code} ${media}`)
      }
    }
  }
})

test('a sound codec that is not carried asks for AAC by name', () => {
  const words = noticeWords({ code: 'codec-not-carried', media: 'audio', subject: 'G.711 mu-law' })
  assert.equal(words.sentence, "The encoder sends audio as G.711 mu-law, which Sluice can't carry: it is left out of the show.")
  assert.equal(words.tryFirst, "Set the encoder's audio codec to AAC.")
})

test('what keeps the sound out is the worst notice about it that holds now', () => {
  const notice = { subject: '', count: 1, since: '2026-01-01T00:00:00Z' }
  const list = [
    { ...notice, code: 'empty-left-out', media: 'audio', isCurrent: true },
    { ...notice, code: 'config-missing', media: 'audio', isCurrent: true },
    { ...notice, code: 'codec-not-carried', media: 'video', isCurrent: true },
    { ...notice, code: 'codec-not-carried', media: 'audio', isCurrent: false },
  ] as const
  assert.equal(noticeOfMissing(list, 'audio')?.code, 'config-missing')
  assert.equal(noticeOfMissing(undefined, 'audio'), null)
})

test('what is left out for good stays in force, and what was broken once does not', () => {
  const notice = { subject: '', count: 1, since: '2026-01-01T00:00:00Z', isCurrent: false }
  const list = [
    { ...notice, code: 'data-not-carried', media: 'data' },
    { ...notice, code: 'broken-left-out', media: 'video' },
    { ...notice, code: 'codec-not-carried', media: 'audio' },
  ] as const
  assert.deepEqual(
    noticesInForce(list).map(({ code }) => code),
    ['codec-not-carried', 'data-not-carried'],
  )
})
