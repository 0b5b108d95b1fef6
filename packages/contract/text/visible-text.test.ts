import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Name, Reason, textProblem } from './index.ts'

const point = (character: string): string => `U+${character.codePointAt(0)?.toString(16)}`

test('names of all scripts and emoji pass as they are', () => {
  const good = [
    'Sunday service',
    'Łódź 2, Kraków & «Wrocław»',
    'שלום עולם',
    'قناة الأخبار',
    'می‌خواهم', // Persian, with a ZWNJ between its parts
    'क्‍ष', // Devanagari, with a ZWJ after its virama
    'ශ්‍රී ලංකා',
    'നന്‍', // Malayalam, with a ZWJ at its end
    '日本語放送',
    '葛\u{E0100}城', // a Han character and its variant
    '한국어',
    'ภาษาไทย',
    '👨‍👩‍👧 family',
    '👩🏽‍💻',
    '🏳️‍🌈',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '🇩🇪',
    '❤️ ☎︎ 1️⃣',
    '🐈‍⬛',
    '-',
    '#1',
  ]
  for (const name of good) assert.equal(Name.parse(name), name.normalize('NFC'), name)
})

test('what nobody sees, what turns the line and what moves a terminal is refused, wherever it stands', () => {
  const all = Array.from({ length: 0x110000 }, (_, code) => (code >= 0xd800 && code < 0xe000 ? '' : String.fromCodePoint(code)))
  const bad = all.filter((character) =>
    /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(character),
  )
  assert.ok(bad.length > 4000)
  const directionMarks = ['\u061c', '\u200e', '\u200f']
  for (const character of bad) {
    const name = Name.safeParse(`gp${character}j`)
    if (directionMarks.includes(character)) assert.equal(name.data, 'gpj')
    else assert.ok(!name.success, `${point(character)} passes between letters`)
    assert.ok(!Name.safeParse(character).success, `${point(character)} passes alone`)
    assert.ok(!Name.safeParse(`${character}${character}`).success, `two ${point(character)} pass`)
  }
  for (const half of ['\ud800', '\udc00', 'a\ud83d']) assert.ok(!Name.safeParse(half).success)
  for (const text of ['a\u200d', '👨\u200d', '\u200d👨', '👨\u200d\u200d👩', 'محمد\u200c', '\u200cمحمد', 'x\ufe0f', '\u{1f3f4}\u{e0067}']) {
    assert.ok(!Name.safeParse(text).success, JSON.stringify(text))
  }
})

test('what is blank is no name, in whichever way it is blank', () => {
  const blanks = [
    '',
    ' ',
    '\t',
    '\u00a0',
    '\u2003\u3000',
    '\u2800',
    '\u2800 \u2800',
    '\u3164',
    '\u115f\u1160',
    '\uffa0',
    '\u0301',
    '\u0301\u0302',
    '\u17b4',
  ]
  for (const blank of blanks) assert.ok(!Name.safeParse(blank).success, JSON.stringify(blank))
})

test('one spelling is kept of those that look alike, and the message says what was found', () => {
  assert.equal(Name.parse(' e\u0301cran\u200e '), 'écran')
  assert.equal(textProblem('gpj\u202eexe'), 'has a character that turns the writing direction (U+202E); remove it')
  assert.equal(textProblem('a\u200bb'), 'has an invisible character (U+200B); remove it')
  assert.equal(textProblem('a\nb'), 'has a line break or control character (U+000A); remove it')
  assert.ok(!Reason.safeParse('\u200b\u200b\u200b\u200b').success)
  assert.ok(!Reason.safeParse(' ab ').success)
  assert.equal(Reason.parse(' abc '), 'abc')
  assert.ok(!Name.safeParse('x'.repeat(81)).success)
})
