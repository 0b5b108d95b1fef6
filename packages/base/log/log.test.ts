import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { randomFrom } from '@sluice/testkit/random'
import { boundValue, calmLog, cleanText, type LogFields, type Logger } from './index.ts'

type Line = { level: string; fields: LogFields; message: string }

function makeLog() {
  const clock = new FakeClock()
  const lines: Line[] = []
  const write =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      lines.push({ level, fields, message })
    }
  const inner: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => inner }
  const bytes = (): number => lines.reduce((sum, line) => sum + JSON.stringify(line).length, 0)
  return { clock, lines, bytes, log: calmLog(inner, clock) }
}

const texts: [name: string, text: string, clean: string][] = [
  ['a plain text', 'OBS 30.1 (Ünïcode 日本 👨‍👩‍👧)', 'OBS 30.1 (Ünïcode 日本 👨‍👩‍👧)'],
  ['line ends', 'a\r\nb', 'a\\u000d\\u000ab'],
  ['terminal escapes', '\u001b[31mred', '\\u001b[31mred'],
  ['turned writing', 'a\u202egpj.exe', 'a\\u202egpj.exe'],
  ['zero width', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ['half a surrogate', 'a\ud800', 'a\\ud800'],
]
for (const [name, text, clean] of texts) test(`${name} is logged as it may be read`, () => assert.equal(cleanText(text, 100), clean))

test('a text is cut, and says how much is left out', () => {
  assert.equal(cleanText('x'.repeat(60_000), 5), 'xxxxx... (59995 more characters)')
})

test('whatever a peer sends, one line stays small (seed 5)', () => {
  const random = randomFrom(5)
  const anything = (depth: number): unknown => {
    const pick = random.int(0, depth > 8 ? 3 : 6)
    if (pick === 0) return '\u0000'.repeat(random.int(0, 60_000))
    if (pick === 1) return new Error('y'.repeat(60_000), { cause: new Error('z'.repeat(60_000)) })
    if (pick === 2) return 10n ** 300n
    if (pick === 3) return new Uint8Array(60_000)
    if (pick === 4) return Array.from({ length: random.int(0, 40) }, () => anything(depth + 3))
    return Object.fromEntries(Array.from({ length: random.int(0, 40) }, (_, i) => ['k'.repeat(i * 500), anything(depth + 3)]))
  }
  for (let i = 0; i < 300; i++) {
    const { log, bytes } = makeLog()
    log.warn({ encoder: 'A'.repeat(60_000), remoteAddress: '192.0.2.1', anything: anything(0) }, `refused ${'B'.repeat(60_000)}`)
    assert.ok(bytes() < 4_000_000, `${bytes()} bytes`)
  }
  const flash = makeLog()
  flash.log.warn({ encoder: 'A'.repeat(60_000) }, 'publisher refused')
  assert.ok(flash.bytes() < 500, `${flash.bytes()} bytes`)
})

test('a sentence that comes again from one address is told once and counted; another address is another line', () => {
  const { clock, log, lines } = makeLog()
  for (let i = 0; i < 1000; i++) log.warn({ remoteAddress: '192.0.2.1', encoder: `e${i}` }, 'publisher refused')
  log.warn({ remoteAddress: '192.0.2.2' }, 'publisher refused')
  assert.equal(lines.length, 2)
  clock.advance(10_000)
  assert.match(lines[2]!.message, /publisher refused \(999 more/)
  assert.equal(lines[2]!.fields['times'], 999)
  clock.advance(60_000)
  assert.deepEqual([lines.length, clock.pendingTimers], [3, 0])
})

test('the bytes of 1,000 refusals are bounded, from one address and from a thousand, whatever their text', () => {
  for (const address of [() => '192.0.2.1', (i: number) => `10.0.${i >> 8}.${i & 255}`, (i: number) => `2001:db8:${i.toString(16)}::1`]) {
    const { clock, log, bytes } = makeLog()
    for (let i = 0; i < 1000; i++) {
      clock.advance(1)
      log.warn({ remoteAddress: address(i), encoder: `${i}${'A'.repeat(60_000)}` }, 'publisher refused: unknown stream key')
    }
    clock.advance(60_000)
    assert.ok(bytes() < 600_000, `${bytes()} bytes`)
  }
})

test('no flood of lines goes above its budget, what is left out is told, and another level is not drowned', () => {
  const { clock, log, lines } = makeLog()
  for (let i = 0; i < 50_000; i++) {
    if (i % 50 === 0) clock.advance(1)
    log.info({}, `line ${i}`)
  }
  log.error({}, 'the disk is full')
  const infos = lines.filter(({ level }) => level === 'info').length
  assert.ok(infos <= 1_000 + 100 + 1, `${infos} lines of a second`)
  assert.equal(lines.filter(({ level }) => level === 'error').length, 1)
  clock.advance(20_000)
  assert.ok(lines.some(({ message }) => message.startsWith('log lines were dropped')))
})

test('an error is a plain object with its code and its cause', () => {
  const error = Object.assign(new Error('EMFILE: too many open files', { cause: new Error('first') }), { code: 'EMFILE' })
  const bound = boundValue({ err: error }, { maxChars: 50, maxItems: 8, maxDepth: 5 }) as { err: Record<string, unknown> }
  assert.deepEqual([bound.err['code'], bound.err['message']], ['EMFILE', 'EMFILE: too many open files'])
  assert.equal((bound.err['cause'] as { message: string }).message, 'first')
})

test('lines below the level in force are neither written, nor counted as left out', () => {
  const { clock, lines } = makeLog()
  const write =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      lines.push({ level, fields, message })
    }
  const inner: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => inner }
  const log = calmLog(inner, clock, 'info')
  for (let i = 0; i < 5000; i++) log.child({ i }).debug({}, `request ${i}`)
  log.info({}, 'up')
  clock.advance(60_000)
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['up'],
  )
})

test('what children say is told apart by their fields, and the summary has the fields of the child', () => {
  const clock = new FakeClock()
  const lines: Line[] = []
  const writer = (own: LogFields): Logger => {
    const write =
      (level: string) =>
      (fields: LogFields, message: string): void => {
        lines.push({ level, fields: { ...own, ...fields }, message })
      }
    const child = (fields: LogFields): Logger => writer({ ...own, ...fields })
    return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child }
  }
  const log = calmLog(writer({}), clock)
  const [one, two] = [log.child({ channelId: 'c1', encoder: 'OBS' }), log.child({ channelId: 'c2' })]
  for (let i = 0; i < 3; i++) one.warn({ i }, 'no picture')
  two.warn({}, 'no picture')
  clock.advance(10_000)
  assert.deepEqual(
    lines.map(({ fields }) => fields),
    [{ channelId: 'c1', encoder: 'OBS', i: 0 }, { channelId: 'c2' }, { channelId: 'c1', encoder: 'OBS', i: 2, times: 2 }],
  )
})
