import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, type Destination, type Output, paths } from '@sluice/contract/api'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const fields = [
  ...[
    'name',
    'url',
    'streamKey',
    'class',
    'priority',
    'rung',
    'enabled',
    'tlsVerify',
    'destinationId',
    'platform',
    'lock',
    'srt',
    'scopes',
  ],
  ...[
    'rotateKey',
    'latencyMs',
    'passphrase',
    'expiresAt',
    'workspaceId',
    'email',
    'password',
    'failover',
    'pull',
    'role',
    'take',
    '__proto__',
    'constructor',
  ],
]
const texts = [
  '',
  ' ',
  'a',
  '\u0000',
  'x\ny',
  'A',
  'primary',
  'backup2',
  'rtmp://a.example/b',
  'rtmp://[::1]:1/a',
  'srt://h:1',
  "' or 1=1 --",
  '𝕏'.repeat(50),
  '%00',
  '../..',
]

/** A JSON value that is now and then nearly right. */
function anyValue(random: SeededRandom, depth = 0): unknown {
  const kind = random.int(0, depth > 2 ? 4 : 6)
  if (kind === 0) return null
  if (kind === 1) return random.int(0, 1) === 1
  if (kind === 2) return [0, -1, 1, 1.5, 1e308, 2 ** 53, 20][random.int(0, 6)]
  if (kind < 5) return texts[random.int(0, texts.length - 1)]
  if (kind === 5) return Array.from({ length: random.int(0, 3) }, () => anyValue(random, depth + 1))
  return anyObject(random, depth + 1)
}

const anyObject = (random: SeededRandom, depth = 0): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: random.int(0, 5) }, () => [fields[random.int(0, fields.length - 1)]!, anyValue(random, depth)]))

test('any body, id and query is answered below 500, and the process goes on (seed 13)', async () => {
  const rounds = Number(process.env['SLUICE_FUZZ'] ?? 400)
  const random = randomFrom(13)
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Fuzzed' })
  const target = { url: 'rtmp://live.example/app', streamKey: 'key-1234567890' }
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { name: 'Out', ...target })
  const kept = await operator.ok<Destination>('POST', paths.destinations, { name: 'Kept', ...target })
  const ids = [channel.id, output.id, kept.id, channel.inputs[0]!.id, 'none', '%00', '%ff', '..%2f', 'x'.repeat(300)]
  const routes: ((id: string) => string)[] = [
    ...[
      paths.channel,
      paths.channelSource,
      paths.channelOutputs,
      paths.channelStats,
      paths.channelTimeline,
      paths.input,
      paths.channelInputs,
      paths.output,
    ],
    ...[paths.outputStop, paths.outputRearm, paths.destination, paths.apiKey, paths.play],
    ...[paths.channels, paths.destinations, paths.apiKeys, paths.workspaces, paths.audit, paths.catalogue, paths.session].map(
      (path) => () => path,
    ),
  ]
  const methods = ['GET', 'POST', 'PATCH', 'POST', 'PATCH', 'PUT']
  const queries = ['', '?limit=0', '?limit=x', '?after=%00', '?after=zzz', '?limit=200&after=1', '?channel=%00', '?limit=2&limit=3']
  for (let round = 0; round < rounds; round++) {
    const method = methods[random.int(0, methods.length - 1)]!
    const path = routes[random.int(0, routes.length - 1)]!(ids[random.int(0, ids.length - 1)]!) + queries[random.int(0, queries.length - 1)]
    const body = method === 'GET' ? undefined : random.int(0, 9) === 0 ? anyValue(random) : anyObject(random)
    const answer = await operator.ask(method, path, { body })
    assert.ok(answer.status < 500, `${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }
  assert.equal((await operator.get(paths.channel(channel.id))).status, 200)
  assert.equal((await under.anyone.get('/readyz')).status, 200)
})
