import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CookieJar } from './cookie-jar.ts'

const now = Date.UTC(2026, 0, 1)
type Case = { name: string; from?: string; set: string[]; to: string; sends: string | null; laterMs?: number }
const cases: Case[] = [
  { name: 'goes back to its host, whatever the port', set: ['tok=abc; Path=/'], to: 'http://a.test:81/x/y.ts', sends: 'tok=abc' },
  { name: 'stays in its folder without a path', set: ['tok=abc'], to: 'http://a.test/live/b/s.ts', sends: 'tok=abc' },
  { name: 'does not leave its folder', set: ['tok=abc'], to: 'http://a.test/lively/s.ts', sends: null },
  { name: 'keeps to its path', set: ['tok=abc; path=/vod'], to: 'http://a.test/live/s.ts', sends: null },
  { name: 'never goes to another host', set: ['tok=abc; Path=/'], to: 'http://b.test/live/s.ts', sends: null },
  {
    name: 'never goes to a neighbour in its domain',
    from: 'http://x.a.test/live/m',
    set: ['t=1; Domain=a.test; Path=/'],
    to: 'http://y.a.test/live/s',
    sends: null,
  },
  {
    name: 'of a whole domain goes back to its own host',
    from: 'http://x.a.test/live/m',
    set: ['t=1; Domain=.a.test; Path=/'],
    to: 'http://x.a.test/s',
    sends: 't=1',
  },
  { name: 'of a foreign domain is refused', set: ['t=1; Domain=b.test; Path=/'], to: 'http://a.test/s', sends: null },
  { name: 'that is secure is not taken from plain HTTP', set: ['t=1; Secure; Path=/'], to: 'https://a.test/s', sends: null },
  {
    name: 'that is secure does not go over plain HTTP',
    from: 'https://a.test/m',
    set: ['t=1; Secure; Path=/'],
    to: 'http://a.test/s',
    sends: null,
  },
  { name: 'that is secure goes over HTTPS', from: 'https://a.test/m', set: ['t=1; Secure; Path=/'], to: 'https://a.test/s', sends: 't=1' },
  { name: 'of an age ends', set: ['t=1; Max-Age=60; Path=/'], to: 'http://a.test/s', laterMs: 61_000, sends: null },
  {
    name: 'of a date ends',
    set: ['t=1; Expires=Thu, 01 Jan 2026 00:01:00 GMT; Path=/'],
    to: 'http://a.test/s',
    laterMs: 61_000,
    sends: null,
  },
  { name: 'is taken away by an age of 0', set: ['t=1; Path=/', 't=; Max-Age=0; Path=/'], to: 'http://a.test/s', sends: null },
  { name: 'is replaced', set: ['t=1; Path=/', 't=2; Path=/'], to: 'http://a.test/s', sends: 't=2' },
  { name: 'may hold an equals sign', set: ['t=a=b==; Path=/'], to: 'http://a.test/s', sends: 't=a=b==' },
  { name: 'of a longer path comes first', set: ['a=1; Path=/', 'b=2; Path=/live'], to: 'http://a.test/live/s', sends: 'b=2; a=1' },
  {
    name: 'with what no header can hold is passed over',
    set: ['t=a\u0000b; Path=/', 'u=\u00e9; Path=/', '=x', 'nothing'],
    to: 'http://a.test/s',
    sends: null,
  },
]
for (const { name, from = 'http://a.test/live/m.m3u8', set, to, sends, laterMs = 0 } of cases) {
  test(`a cookie ${name}`, () => {
    const jar = new CookieJar()
    jar.put(new URL(from), set, now)
    assert.equal(jar.header(new URL(to), now + laterMs), sends)
  })
}

test('however many cookies are set, a jar stays small and so does the header', () => {
  const jar = new CookieJar()
  const url = new URL('http://a.test/')
  for (let i = 0; i < 10_000; i++) jar.put(url, [`n${i}=${'v'.repeat(3000)}; Path=/`, 'x'.repeat(100_000)], now)
  assert.ok(jar.header(url, now)!.length <= 7000)
  assert.match(jar.header(url, now)!, /n99\d\d=/)
})
