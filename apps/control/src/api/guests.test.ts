import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type Channel,
  type CreatedGuestLink,
  type Destination,
  type GuestLink,
  type GuestOutput,
  type GuestPreflight,
  type GuestView,
  type Output,
  type Page,
  paths,
} from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { eventually } from '@sluice/testkit/wait'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let guest: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  guest = under.anyone
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Gala' })
})
after(() => under.stop())

const isoIn = (ms: number): string => new Date(Date.now() + ms).toISOString()
const invite = async (body: object = {}): Promise<CreatedGuestLink & { token: string }> => {
  const link = await operator.ok<CreatedGuestLink>('POST', paths.channelGuestLinks(channel.id), {
    name: 'Band',
    expiresAt: isoIn(3_600_000),
    ...body,
  })
  return { ...link, token: link.url.split('/guest/')[1]! }
}
const target = { name: 'My page', url: 'rtmp://live.example/app', streamKey: 'guest-key-1234' }
const add = (token: string, body: object = {}): Promise<GuestOutput> => guest.ok('POST', paths.guestOutputs(token), { ...target, ...body })
const specOf = (id: string) => under.host.newest.specs.get(channel.id)?.outputs.find((output) => output.outputId === id)
const told = (test: () => boolean): Promise<void> => under.host.newest.until(test)
const timeline = async (): Promise<StoredEvent[]> =>
  (await operator.ok<Page<StoredEvent>>('GET', `${paths.channelTimeline(channel.id)}?limit=100`)).items

test('by a link a guest without an account adds, re-keys and removes an own destination; the operator sees whose it is [OUT-12]', async () => {
  const link = await invite()
  assert.match(link.token, /^slg_[A-Za-z0-9_-]{43}$/)
  const output = await add(link.token)
  assert.doesNotMatch(JSON.stringify(output), /guest-key/)
  await told(() => specOf(output.id) !== undefined)
  assert.deepEqual([specOf(output.id)?.streamKey, specOf(output.id)?.class, specOf(output.id)?.priority], ['guest-key-1234', 'C', 0])
  const seen = await operator.ok<Output>('GET', paths.output(output.id))
  assert.equal(seen.guest, 'Band')
  const destination = await operator.ok<Destination>('GET', paths.destination(seen.destinationId))
  assert.deepEqual([destination.credential, destination.guest, destination.channelIds], ['guest', 'Band', [channel.id]])
  await guest.ok('PATCH', paths.guestOutput(link.token, output.id), { streamKey: 'other-guest-key-5678' })
  await told(() => specOf(output.id)?.streamKey === 'other-guest-key-5678')
  assert.equal((await guest.ok<GuestView>('GET', paths.guest(link.token))).outputs[0]?.keyHint, '5678')
  const limit = await guest.refused('POST', paths.guestOutputs(link.token), { ...target, name: 'Second' })
  assert.deepEqual([limit.code, limit.detail], ['GUEST_LIMIT', 'The link allows 1 destination.'])
  await operator.ok('POST', paths.outputStop(output.id))
  assert.equal((await guest.ok<GuestView>('GET', paths.guest(link.token))).outputs[0]?.says, 'Stopped by the operator.')
  await guest.ok('DELETE', paths.guestOutput(link.token, output.id))
  await told(() => specOf(output.id) === undefined)
  assert.equal((await operator.refused('GET', paths.destination(seen.destinationId))).code, 'NOT_FOUND')
  const events = await eventually(timeline, (all) => all.some(({ name }) => name === 'output.deleted'))
  assert.ok(events.some(({ message }) => message === 'guest Band added the output My page to rtmp://live.example/app.'))
})

test('a guest sees the name of the channel and what is their own, and nothing else of it', async () => {
  await operator.ok('POST', paths.channelOutputs(channel.id), {
    name: 'Secret output',
    url: 'rtmp://secret.example/app',
    streamKey: 'key-1',
  })
  const [mine, theirs] = [await invite({ name: 'Mine', maxOutputs: 2 }), await invite({ name: 'Theirs' })]
  const own = await add(mine.token, { name: 'Own' })
  const other = await add(theirs.token, { name: 'Of the other' })
  const { headers, body } = await guest.get(paths.guest(mine.token))
  const view = body as GuestView
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.deepEqual([view.channel, view.guest, view.maxOutputs, view.outputs.map(({ name }) => name)], ['Gala', 'Mine', 2, ['Own']])
  assert.ok(view.platforms.length > 20)
  const text = JSON.stringify(view)
  for (const word of [channel.id, 'Secret output', 'Of the other', 'Theirs', ...channel.inputs.map((input) => input.streamKey!)]) {
    assert.ok(!text.includes(word), word)
  }
  for (const method of ['PATCH', 'DELETE']) {
    const body = method === 'PATCH' ? { streamKey: 'stolen-key-1' } : undefined
    assert.equal((await guest.refused(method, paths.guestOutput(mine.token, other.id), body)).code, 'NOT_FOUND')
  }
  assert.equal((await guest.refused('GET', paths.output(own.id))).code, 'AUTH_REQUIRED')
})

const refusals: [title: string, body: object, code: string][] = [
  ['a private address', { url: 'rtmp://10.0.0.1/app' }, 'DESTINATION_PRIVATE'],
  ['this machine', { url: 'rtmp://127.0.0.1/app' }, 'DESTINATION_PRIVATE'],
  ['a missing key', { streamKey: '' }, 'DESTINATION_KEY'],
  ['another scheme', { url: 'https://live.example/app' }, 'DESTINATION_URL'],
  ['an SRT listener, which would take a port here', { url: 'srt://:9000?mode=listener' }, 'DESTINATION_URL'],
  ['an SRT rendezvous', { url: 'srt://live.example:9000?mode=rendezvous' }, 'DESTINATION_URL'],
  ...[
    ...[
      'MODE=listener',
      'Mode=rendezvous',
      'mode=%6cistener',
      '%6dode=listener',
      'm%6Fde=listener',
      'mode=caller&MODE=listener',
      'mode=LISTENER',
    ],
    ...['mode=caller&mode=listener', 'x=1&mode=listener', 'streamid=a&mode=listener', '&&mode=listener', 'mode=listener#'],
  ].map((query): [string, Record<string, string>, string] => [
    `srt with ${query}`,
    { url: `srt://8.8.8.8:9000?${query}` },
    'DESTINATION_URL',
  ]),
  ...[
    'SRT://:9000',
    'srt://:9000?latency=80',
    'srt://?mode=listener',
    'srt://8.8.8.8:9000#?mode=listener',
    'srt:\\\\:9000?mode=listener',
  ].map((url): [string, Record<string, string>, string] => [url, { url }, 'DESTINATION_URL']),
  ['an unknown platform', { platform: 'myspace' }, 'PLATFORM_UNKNOWN'],
]
for (const [title, body, code] of refusals) {
  test(`a guest's destination is refused for ${title} [GRD-01]`, async () => {
    const { token } = await invite()
    assert.equal((await guest.refused('POST', paths.guestOutputs(token), { ...target, ...body })).code, code)
    assert.equal((await guest.ok<GuestView>('GET', paths.guest(token))).outputs.length, 0)
  })
}

test('a guest tries the destination first, and learns nothing of the source by it', async () => {
  const { token } = await invite()
  const result = await guest.ok<GuestPreflight>('POST', paths.guestPreflight(token), { url: target.url, streamKey: target.streamKey })
  assert.ok(result.checks.some(({ check, verdict }) => check === 'url' && verdict === 'pass'))
  assert.ok(
    result.checks.every(({ check }) => !['source', 'codec', 'bitrate', 'keyframes', 'fps', 'size', 'audio', 'uplink'].includes(check)),
  )
  for (const url of ['srt://:9000?mode=listener', 'srt://8.8.8.8:9000?MODE=listener']) {
    assert.equal((await guest.refused('POST', paths.guestPreflight(token), { url })).code, 'DESTINATION_URL')
  }
})

test('a revoked link ends its outputs, deletes their keys, is told, and works no more [OUT-12]', async () => {
  const link = await invite({ name: 'Gone', maxOutputs: 2 })
  const [one, two] = [await add(link.token, { name: 'One' }), await add(link.token, { name: 'Two' })]
  await told(() => specOf(two.id) !== undefined)
  const { destinationId } = await operator.ok<Output>('GET', paths.output(one.id))
  const revoked = await operator.ok<GuestLink>('DELETE', paths.guestLink(link.id))
  assert.deepEqual([revoked.state, revoked.outputs], ['revoked', 0])
  await told(() => specOf(one.id) === undefined && specOf(two.id) === undefined)
  assert.equal((await operator.refused('GET', paths.destination(destinationId))).code, 'NOT_FOUND')
  assert.equal((await guest.refused('GET', paths.guest(link.token))).code, 'GUEST_LINK_INVALID')
  assert.equal((await guest.refused('POST', paths.guestOutputs(link.token), target)).code, 'GUEST_LINK_INVALID')
  assert.equal((await operator.ok<GuestLink>('DELETE', paths.guestLink(link.id))).endedAt, revoked.endedAt)
  const events = await eventually(timeline, (all) => all.some(({ name, message }) => name === 'guest.ended' && /Gone/.test(message)))
  assert.ok(events.some(({ message }) => /revoked the link of the guest Gone. .*keys are deleted: One, Two\.$/.test(message)))
})

test('a link ends by itself at its time', async () => {
  const link = await invite({ name: 'Short', expiresAt: isoIn(1500) })
  const output = await add(link.token)
  await told(() => specOf(output.id) !== undefined)
  await told(() => specOf(output.id) === undefined)
  const { items } = await operator.ok<Page<GuestLink>>('GET', `${paths.channelGuestLinks(channel.id)}?limit=100`)
  assert.equal(items.find(({ id }) => id === link.id)?.state, 'expired')
  assert.equal((await guest.refused('GET', paths.guest(link.token))).code, 'GUEST_LINK_INVALID')
  await eventually(timeline, (all) => all.some(({ message }) => /^The link of the guest Short has expired\./.test(message)))
})

test('of many writes at once a link lets through as many as it allows', async () => {
  const { token } = await invite({ maxOutputs: 2 })
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => guest.ask('POST', paths.guestOutputs(token), { body: { ...target, name: `Nr ${i}` } })),
  )
  assert.equal(answers.filter(({ status }) => status === 201).length, 2)
  assert.equal((await guest.ok<GuestView>('GET', paths.guest(token))).outputs.length, 2)
})

test('a link is made by those who may write outputs and destinations, for a time to come', async () => {
  const reader = await readOnly(operator)
  const { operator: other } = await under.newWorkspace()
  const body = { name: 'x', expiresAt: isoIn(60_000) }
  const link = await invite()
  assert.equal((await reader.refused('POST', paths.channelGuestLinks(channel.id), body)).code, 'SCOPE_MISSING')
  assert.equal((await reader.refused('DELETE', paths.guestLink(link.id))).code, 'SCOPE_MISSING')
  assert.equal((await other.refused('POST', paths.channelGuestLinks(channel.id), body)).code, 'NOT_FOUND')
  assert.equal((await other.refused('DELETE', paths.guestLink(link.id))).code, 'NOT_FOUND')
  assert.equal((await other.refused('GET', paths.channelGuestLinks(channel.id))).code, 'NOT_FOUND')
  const past = await operator.refused('POST', paths.channelGuestLinks(channel.id), { ...body, expiresAt: isoIn(-1) })
  assert.deepEqual([past.code, past.fields?.[0]?.path], ['REQUEST_INVALID', 'expiresAt'])
  const list = await operator.ok<Page<GuestLink>>('GET', `${paths.channelGuestLinks(channel.id)}?limit=100`)
  assert.doesNotMatch(JSON.stringify(list), /slg_/)
})

test('the page of a link is ours, and tells no other site', async () => {
  const { token } = await invite()
  const { headers } = await guest.get(paths.guestPage(token))
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
})

test('guessing links is slowed down and shuts no good link out; a link that is used too much is slowed down', async () => {
  const { token } = await invite()
  for (let i = 0; i < 60; i++) await guest.ask('DELETE', paths.guestOutput(token, 'none'))
  const slowed = await guest.ask('DELETE', paths.guestOutput(token, 'none'))
  assert.equal(slowed.status, 429)
  assert.ok(Number(slowed.headers.get('retry-after')) > 0)
  assert.equal((await guest.get(paths.guest(token))).status, 200, 'reading goes on')
  const wrong = `slg_${'a'.repeat(43)}`
  const codes = new Set<number>()
  for (let i = 0; i < 25; i++) codes.add((await guest.get(paths.guest(wrong))).status)
  assert.deepEqual([...codes], [404, 429])
  assert.equal((await guest.get(paths.guest(token))).status, 200, 'the good link works from the same address')
})
