import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Logger } from '@sluice/base/log'
import {
  type Channel,
  type CreatedApiKey,
  type CreatedGuestLink,
  type Destination,
  type GuestOutput,
  type Input,
  type Output,
  paths,
} from '@sluice/contract/api'
import { type Answer, adminToken, type Caller, startTestControl } from '../testing/control-under-test.ts'
import { EventStream } from '../testing/event-stream.ts'

/** Words that must be found nowhere. Each is planted where an operator, a platform or an encoder would put a secret. */
const canaries = {
  destinationKey: 'canary-destination-key-7f3a',
  outputKey: 'canary-output-key-91bc',
  patchedKey: 'canary-patched-key-02dd',
  keyInUrl: 'canary-key-in-url-55e1',
  srtPassphrase: 'canary-srt-passphrase-c0de',
  srtInput: 'canary-srt-input-beef',
  pullSecret: 'canary-pull-secret-a7a7',
  userInfo: 'canary-user-info-8d8d',
  password: 'canary-password-4b4b4b',
  wrongPassword: 'canary-wrong-password-1a1a',
  bearer: 'slk_canary-bearer-that-is-wrong-9e9e',
  rotatedKey: 'canary-rotated-key-31f0',
  plannedKey: 'canary-planned-key-77aa',
  guestKey: 'canary-guest-key-4e4e',
  guestPassphrase: 'canary-guest-passphrase-d00d',
  guestRefusedKey: 'canary-guest-refused-0b0b',
  wrongGuestToken: 'slg_canary-wrong-guest-token-aaaaaaaaaaaaaaaaaaaaaa',
  badBody: 'canary-in-a-broken-body-6c6c',
  spelled: 'canary-spelled-otherwise-2f2f',
}

test('planted secrets are in no log line, answer, event, metric, error, page or database file', async () => {
  const lines: string[] = []
  const under = await startTestControl({ log: recorder(lines), flags: ['--log-level', 'debug'] })
  const answers: string[] = []
  const { operator: plain } = await under.newWorkspace()
  const operator = new Recording(plain, answers)
  const stream = await EventStream.open(plain)

  const made = await operator.ok<CreatedApiKey>('POST', paths.apiKeys, { name: 'CI', scopes: ['channel:read', 'event:read'] })
  // The one answer that shows the key, by design.
  answers.length = 0
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const shown = channel.inputs.map((input) => input.streamKey!)
  answers.length = 0
  const viewer = new Recording(plain.with({ authorization: `Bearer ${made.key}` }), answers)

  const { destinationKey, outputKey, patchedKey, keyInUrl, srtPassphrase, srtInput, pullSecret, userInfo, password, wrongPassword } =
    canaries
  const kept = await operator.ok<Destination>('POST', paths.destinations, {
    name: 'Kept',
    url: 'rtmp://a.example/app',
    streamKey: destinationKey,
  })
  const create = paths.channelOutputs(channel.id)
  const output = await operator.ok<Output>('POST', create, { name: 'Own', url: 'rtmp://b.example/app', streamKey: outputKey })
  await operator.ok('POST', create, { name: 'In URL', url: `rtmp://c.example/app/${keyInUrl}?token=${keyInUrl}` })
  await operator.ok('POST', create, { name: 'SRT', url: `srt://d.example:9000?passphrase=${srtPassphrase}&streamid=${keyInUrl}` })
  await operator.ok('POST', create, { name: 'On kept', destinationId: kept.id })
  await operator.ok('PATCH', paths.output(output.id), { streamKey: patchedKey })
  await operator.ok<Input>('PATCH', paths.input(channel.inputs[1]!.id), { srt: { passphrase: srtInput } })
  for (const url of [
    `rtmp://${pullSecret}:${pullSecret}@f.example/app/${pullSecret}?token=${pullSecret}`,
    `https://${pullSecret}:${pullSecret}@g.example/live.m3u8?token=${pullSecret}`,
  ]) {
    await operator.ok<Input>('PATCH', paths.input(channel.inputs[1]!.id), { pull: { url } })
  }
  answers.length = 0
  // Apart from the others: an input's answer shows its stream key, by design.
  const spelledAnswers: string[] = []
  const spelling = new Recording(plain, spelledAnswers)
  const secret = canaries.spelled
  for (const [i, target] of spellings(secret).entries()) {
    await spelling.ask('POST', create, { name: `Spelling ${i}`, ...target })
    await spelling.ask('POST', paths.destinations, { name: `Spelling ${i}`, ...target })
    await spelling.ask('PATCH', paths.output(output.id), target)
    await spelling.ask('POST', paths.preflight, { platform: 'custom', ...target })
    // The application of a source is its place, and no secret.
    if (!target.url.endsWith(`/${secret}/app`))
      await spelling.ask('PATCH', paths.input(channel.inputs[1]!.id), { pull: { url: target.url } })
  }
  for (const url of sources(secret)) await spelling.ask('PATCH', paths.input(channel.inputs[1]!.id), { pull: { url } })
  const reading = await plain.ok<CreatedApiKey>('POST', paths.apiKeys, { name: 'Reads outputs', scopes: ['output:read'] })
  const reader = new Recording(plain.with({ authorization: `Bearer ${reading.key}` }), answers)
  for (const path of [create, paths.output(output.id), paths.channels, paths.audit]) await reader.ask('GET', path)
  await operator.ok('PATCH', paths.output(output.id), { url: 'rtmp://b.example/app', streamKey: patchedKey })

  const rotating = await operator.ok<Destination>('POST', paths.destinations, {
    name: 'Rotating',
    url: 'rtmp://f.example/app',
    streamKey: destinationKey,
    credential: 'rotating',
  })
  await operator.ok('POST', paths.channelOutputs(channel.id), { name: 'On rotating', destinationId: rotating.id })
  await operator.ok('POST', paths.destinationRotate(rotating.id), { streamKey: canaries.rotatedKey })
  const at = new Date(Date.now() + 3_600_000).toISOString()
  await operator.ok('POST', paths.destinationRotate(rotating.id), { streamKey: canaries.plannedKey, at })
  const link = await plain.ok<CreatedGuestLink>('POST', paths.channelGuestLinks(channel.id), { name: 'Band', expiresAt: at, maxOutputs: 2 })
  const guestToken = link.url.split('/guest/')[1]!
  const guest = new Recording(under.anyone, answers)
  const guestUrl = `srt://g.example:9000?passphrase=${canaries.guestPassphrase}`
  const added = await guest.ok<GuestOutput>('POST', paths.guestOutputs(guestToken), {
    name: 'Page',
    url: guestUrl,
    streamKey: canaries.guestKey,
  })
  await guest.ok('PATCH', paths.guestOutput(guestToken, added.id), { streamKey: canaries.guestKey })
  await guest.ask('PATCH', paths.guestOutput(guestToken, added.id), { streamKey: `${canaries.guestRefusedKey} x` })
  await guest.ask('POST', paths.guestPreflight(guestToken), { url: guestUrl, streamKey: canaries.guestRefusedKey })
  await guest.ask('GET', paths.guest(guestToken))
  await guest.ask('GET', paths.guestPage(guestToken))
  await guest.ask('GET', paths.guest(canaries.wrongGuestToken))
  await guest.ask('GET', paths.channels + canaries.wrongGuestToken)
  for (const path of [paths.destination(rotating.id), paths.destinationAudit(rotating.id), paths.channelGuestLinks(channel.id)]) {
    await operator.ask('GET', path)
  }

  // What is refused must not repeat what it refuses.
  await operator.ask('PATCH', paths.input(channel.inputs[1]!.id), { pull: { url: `rtmp://${pullSecret}@10.0.0.1/app/${pullSecret}` } })
  await operator.ask('PATCH', paths.input(channel.inputs[1]!.id), { pull: { url: `gopher://${pullSecret}` } })
  await operator.ask('POST', create, { name: 'x', url: `rtmp://${userInfo}:${userInfo}@e.example/app`, streamKey: outputKey })
  await operator.ask('POST', create, { name: 'x', url: 'rtmp://e.example/app', streamKey: `${outputKey} with a space` })
  await operator.ask('POST', create, { name: 'x', url: `http://e.example/${keyInUrl}`, streamKey: 5 })
  await operator.ask('POST', paths.setup, { name: 'Ann', email: 'ann@example.com', password })
  await operator.ask('POST', paths.session, { email: 'ann@example.com', password: wrongPassword })
  await operator.ask('POST', paths.session, { email: 5, password: { nested: wrongPassword } })
  const wrong = new Recording(plain.with({ authorization: `Bearer ${canaries.bearer}` }), answers)
  await wrong.ask('GET', paths.channels)
  await wrong.ask('GET', `/api/v1/none?key=${canaries.bearer}`)
  await broken(plain, answers)

  for (const path of [
    paths.destinations,
    create,
    paths.apiKeys,
    paths.audit,
    paths.channelTimeline(channel.id),
    paths.channelStats(channel.id),
  ]) {
    await operator.ask('GET', path)
  }
  for (const path of [paths.channels, paths.channel(channel.id), '/readyz', '/metrics', '/openapi.json', '/watch/x']) {
    await viewer.ask('GET', path)
  }
  await operator.ask('GET', '/metrics')
  await operator.ask('GET', paths.play(channel.playback.playId))
  await operator.ask('GET', `/watch/${channel.playback.playId}`)
  under.host.newest.event('output.failed', channel.id, 'the far end said no')
  await stream.until((message) => message.type === 'event' && message.event.name === 'output.failed')
  await stream.close()
  const events = stream.received.filter(({ message }) => message.type !== 'channel').map(({ message }) => JSON.stringify(message))
  const failure = await plain.refused('GET', paths.channel('none')).then(String, (error: Error) => error.stack ?? '')
  await under.control.stop()

  const places = {
    log: lines.join('\n'),
    processes: processList(),
    answers: answers.join('\n'),
    events: events.join('\n'),
    failure,
    files: filesOf(under.dataDir),
  }
  assert.ok(places.answers.length > 10_000 && places.events.length > 500 && places.log.length > 500)
  assert.ok(!spelledAnswers.join('\n').includes(canaries.spelled), 'a secret in another spelling is in an answer')
  for (const [place, text] of Object.entries(places)) {
    for (const [name, canary] of Object.entries(canaries)) assert.ok(!text.includes(canary), `${name} is in the ${place}`)
    for (const key of shown) assert.ok(!text.includes(key), `a stream key is in the ${place}`)
    if (place !== 'answers' && place !== 'files')
      assert.ok(!text.includes(channel.playback.playId), `a playback address is in the ${place}`)
    assert.ok(!text.includes(guestToken), `a guest link is in the ${place}`)
    assert.ok(!text.includes(made.key), `an API key is in the ${place}`)
    assert.ok(!text.includes(adminToken), `the operator token is in the ${place}`)
  }
})

/** Addresses with a secret in them in every spelling: some are taken, some are refused, and none may show it. */
const spellings = (secret: string): { url: string; streamKey?: string }[] => [
  ...['PASSPHRASE', 'Passphrase', 'passPhrase', 'StreamID', 'STREAMID', '%70assphrase', 'stream%69d', 'srt_streamid', secret].flatMap(
    (name) => [
      { url: `srt://h.example:9000?${name}=${secret}` },
      { url: `SRT://h.example:9000?latency=80&${name}=${secret}`, streamKey: secret },
    ],
  ),
  { url: `srt://h.example:9000?passphrase=${secret}&PASSPHRASE=${secret}` },
  { url: `srt://h.example:9000?${secret}` },
  { url: `srt://h.example:9000?latency=${secret}` },
  { url: `srt://h.example:9000?pkt_size=${secret}` },
  { url: `srt://h.example:9000?mode=${secret}` },
  { url: `srt://h.example:${secret}` },
  { url: `srt://h.example:9000/${secret}` },
  { url: `srt://h.example:9000#${secret}` },
  { url: `srt://${secret}@h.example:9000` },
  { url: `rtmp://h.example/app/${secret}` },
  { url: `rtmp://h.example/app/${secret}`, streamKey: secret },
  { url: `rtmp://h.example/app/${secret}?${secret}`, streamKey: `${secret}?${secret}` },
  { url: `rtmp://h.example/${secret}/app`, streamKey: secret },
  { url: `RTMP://h.example/app?TOKEN=${secret}`, streamKey: 'a-key-of-its-own' },
  { url: `rtmp://h.example/app?${secret}`, streamKey: 'a-key-of-its-own' },
  { url: `rtmp://h.example/app#${secret}`, streamKey: 'a-key-of-its-own' },
  { url: `rtmp://${secret}:${secret}@h.example/app`, streamKey: 'a-key-of-its-own' },
  { url: `rtmp://user:${secret}/x@h.example/app`, streamKey: 'a-key-of-its-own' },
  { url: `rtmp://user/${secret}@h.example/app`, streamKey: 'a-key-of-its-own' },
  { url: `rtmp://h.example/app playpath=${secret} live=1`, streamKey: 'a-key-of-its-own' },
  { url: `rtmp://h.example/rtmp://x/${secret}`, streamKey: 'a-key-of-its-own' },
  { url: `rtmp://h.example/{${secret}}`, streamKey: 'a-key-of-its-own' },
  { url: `${secret}://h.example/app`, streamKey: 'a-key-of-its-own' },
  { url: secret, streamKey: 'a-key-of-its-own' },
]

/** Web addresses of sources with a token in any letters, and the other forms of a login. */
const sources = (secret: string): string[] => [
  `https://h.example/a.m3u8?TOKEN=${secret}`,
  `HTTPS://${secret}:${secret}@h.example/a.m3u8`,
  `https://h.example/hdntl=${secret}/a.m3u8`,
  `https://h.example/a.m3u8#${secret}`,
  `rtmp://h.example/app/${secret}?x=${secret}`,
  `rtmp://${secret}@h.example/app/${secret}`,
]

/** Remembers every answer, headers too. */
class Recording {
  readonly #caller: Caller
  readonly #answers: string[]

  constructor(caller: Caller, answers: string[]) {
    this.#caller = caller
    this.#answers = answers
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#caller.ask(method, path, { body })
    const { status, headers } = answer
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    this.#answers.push(`${status} ${JSON.stringify([...headers])} ${text}`)
    return answer
  }

  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body)
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as T
  }
}

async function broken({ url, headers }: Caller, answers: string[]): Promise<void> {
  const body = `{"name":"${canaries.badBody}"`
  const answer = await fetch(url + paths.channels, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body })
  answers.push(await answer.text())
}

function recorder(lines: string[]): Logger {
  const line = (fields: object, message: string): void => {
    lines.push(`${JSON.stringify(fields)} ${message}`)
  }
  const logger: Logger = { debug: line, info: line, warn: line, error: line, child: () => logger }
  return logger
}

/** What anybody on this machine sees of its processes: their commands and arguments. */
const processList = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      } catch {
        return '' // it has ended meanwhile
      }
    })
    .join('\n')

/** Every byte in the data folder but the vault key's file. */
function filesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}
