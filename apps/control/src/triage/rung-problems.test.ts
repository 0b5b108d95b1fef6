import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HintCode, ProblemCode } from '@sluice/contract/api'
import type { RungActual } from '@sluice/contract/link'
import type { TriageFacts } from './facts.ts'
import { rungProblems } from './rung-problems.ts'

const since = '2026-01-01T00:00:00.000Z'
const rung = (state: RungActual['state'], code = '', message = '', rungId = 'r'): RungActual => ({
  ...{ rungId, state, since },
  reason: code === '' ? null : { code, message },
})
/** Safe because the encodes are all of the facts that is read. */
const look = (...rungs: RungActual[]) => rungProblems({ actual: { rungs } } as never as TriageFacts)

type Case = { name: string; rungs: RungActual[]; code: ProblemCode; hint: HintCode; tone: 'warn' | 'bad'; title: string; text: RegExp }
const cases: Case[] = [
  {
    name: 'a machine without encoders',
    rungs: [rung('failed', 'ENCODER_UNAVAILABLE', 'this machine cannot encode: node-av is not installed')],
    ...{ code: 'rung-failed', hint: 'machine', tone: 'bad', title: 'This machine cannot encode' },
    text: /^This machine cannot encode: node-av is not installed\. Outputs that need an encode get the source as it is, and .*Install what is missing\.$/,
  },
  {
    name: 'an encoder that dies again and again',
    rungs: [rung('failed', 'ENCODER_FAILED', 'the encoder failed, it was killed; next try in 5 s'), rung('failed', 'ENCODER_FAILED', 'x')],
    ...{ code: 'rung-failed', hint: 'machine', tone: 'bad', title: 'The encoder failed several times' },
    text: /next try in 5 s\. Outputs on it move to a smaller rung, or to the source .*the others wait with their connections open\./,
  },
  {
    name: 'an encoder that does not open',
    rungs: [rung('failed', 'ENCODER', 'libx265 takes no such size')],
    ...{ code: 'rung-failed', hint: 'machine', tone: 'bad', title: 'An encode failed' },
    text: /^Libx265 takes no such size\. Outputs on it move to a smaller rung.* Set those that wait to another rung/,
  },
  {
    name: 'rungs that were given up in an overload',
    rungs: [rung('off', 'OVERLOAD', 'off'), rung('off', 'OVERLOAD', 'off'), rung('running')],
    ...{ code: 'rung-failed', hint: 'machine', tone: 'bad', title: '2 encodes were given up to keep real time' },
    text: /Free the CPU/,
  },
  {
    name: 'a rung at half its frame rate',
    rungs: [rung('reduced', 'OVERLOAD', 'half the frame rate')],
    ...{ code: 'rung-reduced', hint: 'machine', tone: 'warn', title: 'An encode was reduced to keep real time' },
    text: /^Half the frame rate\. Viewers see/,
  },
  {
    name: 'a child that is behind its source',
    rungs: [rung('reduced', 'ENCODER_BEHIND', 'pictures of the source are left out')],
    ...{ code: 'rung-reduced', hint: 'machine', tone: 'warn', title: 'The encoder fell behind the source' },
    text: /^Pictures of the source are left out\. Viewers see pictures missing\./,
  },
  {
    name: 'a backup without the video track that a rung is',
    rungs: [rung('reduced', 'INPUT_TRACK_GONE', 'the encoder of the present source does not send track 2')],
    ...{ code: 'rung-reduced', hint: 'machine', tone: 'warn', title: 'The source lacks the video track of a rung' },
    text: /does not send track 2\. The destination gets another size and bitrate/,
  },
  {
    name: 'a source without the audio track that a rung is set to',
    rungs: [
      rung('running', 'AUDIO_TRACK_MISSING', 'the source has no audio track 1: the first track is sent until it does'),
      rung('running'),
    ],
    ...{ code: 'rung-differs', hint: 'contribution', tone: 'warn', title: 'An encode sends another audio track' },
    text: /^The source has no audio track 1.* wrong language\. Add the track in the encoder/,
  },
  {
    name: 'a logo that cannot be shown',
    rungs: [rung('running', 'PICTURE_MISSING', 'a picture over this rung cannot be shown: upload it again')],
    ...{ code: 'rung-differs', hint: 'contribution', tone: 'warn', title: 'An encode goes out without its overlay' },
    text: /Viewers see the programme without it\./,
  },
  {
    name: 'a source without sound',
    rungs: [rung('running', 'NO_AUDIO_IN_SOURCE', 'the source has no sound: silence is sent'), rung('running')],
    ...{ code: 'rung-silent', hint: 'contribution', tone: 'warn', title: 'The source has no sound, and an encode sends silence' },
    text: /viewers hear nothing\. Turn the sound on in the encoder\./,
  },
]
for (const { name, rungs, code, hint, tone, title, text } of cases) {
  test(`${name}: one problem, its hint, its sentence, and the encodes of the console as its place [OPS-09]`, () => {
    const [found, ...others] = look(...rungs)
    assert.deepEqual([found?.code, found?.hint, found?.tone, found?.title, others.length], [code, hint, tone, title, 0])
    // A title with a time reads on: `... 22 s ago`.
    assert.equal(found?.since, /cannot|has no|without/.test(title) ? null : since)
    assert.match(found?.text ?? '', text)
    assert.equal(found?.action?.kind, 'show-encodes')
  })
}

test('encodes that run, start or wait are no problem, and the worst of several is told', () => {
  assert.deepEqual(look(rung('running'), rung('starting'), rung('waiting')), [])
  const [worst] = look(rung('running', 'NO_AUDIO_IN_SOURCE', 'x'), rung('reduced', 'OVERLOAD', 'x'), rung('failed', 'ENCODER', 'x'))
  assert.equal(worst?.code, 'rung-failed')
})
