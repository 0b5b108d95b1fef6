import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, type CreatedGuestLink, type Output, type PolicyVersion, paths } from '@sluice/contract/api'
import { z } from 'zod'
import { type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { type KnownRoute, withRoutes } from '../testing/routes-of-server.ts'

let under: ControlUnderTest
let routes: KnownRoute[]
let operator: Caller
before(async () => {
  const started = await withRoutes(() => startTestControl())
  under = started.result
  routes = started.routes
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const unseen = [
  '\u200b',
  'Show\u200b',
  '\u202egpj.exe',
  'a\u2066b',
  'a\u0000b',
  'a\nb',
  '\u2800\u2800\u2800',
  '\u3164\u3164\u3164',
  'a\u2028b',
  'tag\u{e0041}',
  '\ud800abc',
]
const seen = ['Sunday', '👨‍👩‍👧 family', 'שלום עולם', 'می‌خواهم']
/** Texts that are no names: looked up, kept byte for byte because a far end wants them so, or hashed. A new one is named here or takes the schema. */
const notShown = [
  ...['url', 'probeUrl', 'streamKey', 'passphrase', 'password', 'currentPassword', 'newPassword', 'code', 'token'],
  ...['destinationId', 'channelId', 'workspaceId', 'channelIds', 'platform', 'subject', 'channel', 'who', 'what'],
]

type Leaf = { readonly name: string; readonly schema: z.ZodType }

/** Every text in a schema, by the name of its field. */
function textsOf(schema: unknown, name: string, found: Leaf[] = []): Leaf[] {
  if (schema instanceof z.ZodObject) for (const [key, inner] of Object.entries(schema.shape)) textsOf(inner, key, found)
  else if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    textsOf(schema.unwrap(), name, found)
  else if (schema instanceof z.ZodArray) textsOf(schema.element, name, found)
  else if (schema instanceof z.ZodUnion) for (const option of schema.options) textsOf(option, name, found)
  else if (schema instanceof z.ZodRecord) textsOf(schema.valueType, name, found)
  else if (schema instanceof z.ZodPipe) textsOf(schema.in, name, found)
  else if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) found.push({ name, schema })
  return found
}

/** Takes any plain sentence: what has a form of its own (an id, a time, an e-mail address) takes no such thing. */
const isFree = ({ schema }: Leaf): boolean => schema.safeParse('Some plain words').success

test('every text that a request brings and somebody reads goes through the one schema for such texts', () => {
  const leaves = routes.flatMap(({ schema, method, url }) =>
    [schema['body'], schema['querystring']].flatMap((part) =>
      textsOf(part, '').map((leaf) => ({ ...leaf, where: `${method} ${url} ${leaf.name}` })),
    ),
  )
  const free = leaves.filter((leaf) => isFree(leaf) && !notShown.includes(leaf.name))
  assert.ok(free.length >= 12, `only ${free.map(({ where }) => where).join(', ')}`)
  for (const { schema, where } of free) {
    for (const text of unseen) assert.ok(!schema.safeParse(text).success, `${where} takes ${JSON.stringify(text)}`)
    for (const text of seen) assert.ok(schema.safeParse(text).success, `${where} refuses ${JSON.stringify(text)}`)
  }
})

test('the services refuse such names too, and keep one spelling of a good one', async () => {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: ' Cafe\u0301\u200e ' })
  assert.equal(channel.name, 'Café')
  const target = { url: 'rtmp://live.example/app', streamKey: 'key-1234567890' }
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { name: 'Out', ...target })
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const link = await operator.ok<CreatedGuestLink>('POST', paths.channelGuestLinks(channel.id), { name: 'Guest', expiresAt })
  const token = link.url.split('/').at(-1)!
  const { items } = await operator.ok<{ items: PolicyVersion[] }>('GET', paths.policies)
  const { version } = items[0]!
  const kept = await operator.ok<{ id: string }>('POST', paths.destinations, { name: 'Kept', ...target })
  for (const name of unseen) {
    const writes: [string, string, object][] = [
      ['POST', paths.channels, { name }],
      ['PATCH', paths.channel(channel.id), { name }],
      ['PATCH', paths.channel(channel.id), { failover: { triggerMs: 300 }, override: { reason: `abc${name}` } }],
      ['POST', paths.channelOutputs(channel.id), { name, ...target }],
      ['PATCH', paths.output(output.id), { name }],
      ['POST', paths.destinations, { name, ...target }],
      ['PATCH', paths.destination(kept.id), { name }],
      ['POST', paths.workspaces, { name }],
      ['POST', paths.apiKeys, { name, scopes: ['channel:read'] }],
      ['POST', paths.channelGuestLinks(channel.id), { name, expiresAt }],
      ['POST', paths.guestOutputs(token), { name, ...target }],
      ['PATCH', paths.policy('A'), { version, reason: 'a reason', label: name }],
      ['PATCH', paths.policy('A'), { version, reason: `abc${name}`, label: 'Label' }],
      ['DELETE', `${paths.policy('A')}?${new URLSearchParams({ version: String(version), reason: `abc${name}` })}`, {}],
      ['POST', paths.setup, { name, email: 'ann@example.com', password: 'a long enough one' }],
      ['POST', paths.setup, { name: 'Ann', workspace: name, email: 'ann@example.com', password: 'a long enough one' }],
    ]
    for (const [method, path, body] of writes) {
      // What is only blank at the end of a reason is no fault of it.
      if (method === 'DELETE' && !name.isWellFormed()) continue // a query can't carry half a character
      if (JSON.stringify(body).includes('abc\u2800') || decodeURIComponent(path).includes('abc\u2800')) continue
      const answer = await operator.ask(method, path, { body })
      assert.equal(answer.status, 400, `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`)
    }
    const query = new URLSearchParams({ name })
    const clip = await fetch(`${under.control.url}${paths.clips}?${query}`, {
      method: 'POST',
      headers: { ...operator.headers, 'content-type': 'image/png' },
      body: Buffer.from([1]),
    })
    // A query can't carry half a character: it comes as U+FFFD, which is seen.
    if (name.isWellFormed()) assert.equal(clip.status, 400, `clip ${JSON.stringify(name)}`)
  }
})
