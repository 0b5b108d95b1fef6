// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { runCli } from '@sluice/cli'
import { type FakeIo, makeIo } from '@sluice/cli/testing'
import { type BroadcastReport, type BroadcastSummary, type Channel, type Output, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { makeClip } from './support/clip.ts'
import { publishClip } from './support/publish.ts'
import { missing, missingCodecs } from './support/tools.ts'
import { until } from './support/wait.ts'
import { type Sluice, startSluice } from './web/sluice.ts'

// The command line against a real Sluice: from an empty one to a channel with outputs, and down again.

const owner = { name: 'Owner', email: 'owner@sluice.example', password: 'a long enough password' }
const platformKey = 'canary-key-7f3a?backup=1'
let sluice: Sluice
let home: string

before(async () => {
  sluice = await startSluice()
  home = mkdtempSync(path.join(tmpdir(), 'sluice-cli-'))
  const answer = await fetch(sluice.url + paths.setup, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: sluice.url },
    body: JSON.stringify({ ...owner, workspace: 'Main', code: sluice.setupCode }),
  })
  assert.equal(answer.status < 300, true, `setup answers ${answer.status}`)
})
after(async () => {
  await sluice.stop()
  rmSync(home, { recursive: true, force: true })
})

const env = (more: Record<string, string> = {}): Record<string, string> => ({ SLUICE_URL: sluice.url, XDG_CONFIG_HOME: home, ...more })

/** One command that must end with `code`; answers what it wrote. */
async function sluiceCommand(args: readonly string[], code = 0, io: FakeIo = makeIo({ env: env() })): Promise<string> {
  assert.equal(await runCli(args, io), code, `sluice ${args.join(' ')}: ${io.out.join('')}${io.errors.join('')}`)
  return io.out.join('') + io.errors.join('')
}

/** An owner's key that may change the workspace, which the one that `login` keeps may not. */
async function ownerKey(): Promise<string> {
  const ask = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(sluice.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: sluice.url, ...headers },
      body: JSON.stringify(body),
    })
  const session = await ask(paths.session, { email: owner.email, password: owner.password })
  const cookie = session.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const made = await ask(paths.apiKeys, { name: 'policies', scopes: ['channel:read', 'workspace:write'] }, { cookie })
  return ((await made.json()) as { key: string }).key
}

const json = async <T>(args: readonly string[]): Promise<T> => JSON.parse(await sluiceCommand(['--json', ...args])) as T

test('without a key a command says how to get one, and login keeps one', async () => {
  assert.match(await sluiceCommand(['channel', 'list'], 1), /this needs an API key\n.*sluice login/)
  const wrong = makeIo({ env: env(), answers: [owner.email, 'wrong'] })
  assert.match(await sluiceCommand(['login'], 1, wrong), /AUTH_INVALID/)
  const right = makeIo({ env: env(), answers: [owner.email, owner.password] })
  assert.match(await sluiceCommand(['login'], 0, right), /Signed in to workspace 'Main'/)
  assert.equal(right.out.join('').includes(owner.password), false)
  assert.match(await sluiceCommand(['channel', 'list']), /No channels\./)
})

test('a channel is made, shown by any case of its name, and its key is shown only when asked for', async () => {
  assert.match(await sluiceCommand(['channel', 'create', 'Evening Show']), /Server +rtmp:\/\//)
  const channel = await json<Channel>(['channel', 'show', 'evening show'])
  const key = channel.inputs[0]?.streamKey ?? ''
  assert.ok(key.length >= 20)
  assert.equal((await sluiceCommand(['channel', 'show', channel.id])).includes(key), false)
  assert.ok((await sluiceCommand(['key', 'show', 'Evening Show'])).includes(key))
  assert.equal((await sluiceCommand(['key', 'show', 'Evening Show', '--input', 'backup'])).includes(key), false)
  assert.match(await sluiceCommand(['channel', 'show', 'nothing'], 1), /there is no channel 'nothing'\n.*'Evening Show'/)
})

test('outputs are added with a key from stdin, listed, stopped, started, re-armed and removed', async () => {
  const io = makeIo({ env: env(), stdin: `${platformKey}\n` })
  await sluiceCommand(
    ['output', 'add', 'Evening Show', 'Far', '--url', 'rtmp://127.0.0.1:9/live', '--key-file', '-', '--class', 'b'],
    0,
    io,
  )
  await sluiceCommand(['output', 'add', 'Evening Show', 'Tube', '--platform', 'youtube', '--key', platformKey, '--stopped'])
  const [far, tube] = await json<Output[]>(['output', 'list', 'Evening Show'])
  assert.deepEqual([far?.name, far?.class, far?.hasKey, far?.desired], ['Far', 'B', true, 'running'])
  assert.deepEqual([tube?.platform, tube?.desired, tube?.url.startsWith('rtmps://')], ['youtube', 'stopped', true])

  assert.match(await sluiceCommand(['output', 'stop', 'far']), /Stopping output 'Far'/)
  const stopped = await json<Output[]>(['output', 'list'])
  assert.equal(stopped.find((output) => output.name === 'Far')?.desired, 'stopped')
  await sluiceCommand(['output', 'start', 'far', '--channel', 'evening show'])
  await sluiceCommand(['output', 'rearm', far?.id ?? ''])
  const text = await sluiceCommand(['output', 'list'])
  assert.match(text, /^CHANNEL +NAME/)
  assert.equal(text.includes('canary-key'), false)
  await sluiceCommand(['output', 'rm', 'Tube'])
  assert.deepEqual(
    (await json<Output[]>(['output', 'list'])).map((output) => output.name),
    ['Far'],
  )
})

test('preflight ends with 1 and the fix when an output would fail; triage and source lock answer', async () => {
  const text = await sluiceCommand(['preflight', 'Evening Show'], 1)
  assert.match(text, /FAIL Far rtmp:\/\/127\.0\.0\.1:9\/live\n {2}FAIL tcp /)
  assert.match(text, /preflight of 'Evening Show' failed: 'Far'/)
  assert.equal(text.includes('canary-key'), false)
  const stages = (await sluiceCommand(['triage', 'Evening Show'])).match(/^\w+(?= )/gm)
  assert.deepEqual(stages, ['input', 'transport', 'output', 'playback'])
  assert.match(await sluiceCommand(['source', 'Evening Show', 'backup']), /locked to backup/)
  assert.equal((await json<Channel>(['channel', 'show', 'Evening Show'])).lock, 'backup')
  await sluiceCommand(['source', 'Evening Show', 'auto'])
  assert.match(await sluiceCommand(['source', 'Evening Show', 'both'], 2), /'both' is not auto, primary, backup/)
})

test('a failover is rehearsed without any encoder, on a shadow, and passes in time [OPS-11] [OPS-12]', {
  skip: missingCodecs(),
  timeout: 60_000,
}, async () => {
  const said = await sluiceCommand(['rehearse', 'failover', 'Evening Show', '--shadow'])
  assert.match(said, /PASS {2}the backup was on air \d+ ms after the cut, limit 4000 ms/)
  assert.match(
    await sluiceCommand(['rehearse', 'failover', 'Evening Show'], 1),
    /the primary is not on air, the source is none; a rehearsal on a shadow needs no primary/,
  )
})

test('a broadcast is listed while it runs, ended, and shown with the publish success of each output [OUT-09]', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const key = (await json<Channel>(['channel', 'show', 'Evening Show'])).inputs[0]?.streamKey ?? ''
  assert.match(await sluiceCommand(['broadcast', 'list', 'Evening Show']), /^No broadcasts: /)
  publishClip(t, await makeClip(t, { seconds: 4 }), `${sluice.rtmpUrl}/${key}`)
  let seen: BroadcastSummary[] = []
  const listed = async (): Promise<BroadcastSummary[]> => {
    seen = await json<BroadcastSummary[]>(['broadcast', 'list', 'Evening Show'])
    return seen
  }
  // Nobody is at the far end: its share is 0 as soon as the first connect's time is over.
  await until('the broadcast is counted', async () => ((await listed())[0]?.wantedMs ?? 0) > 0)
  assert.match(
    await sluiceCommand(['broadcast', 'list', 'evening show', '--last', '1']),
    /^STARTED.*\n\S+ +\d+ s +on air +0\.00 % +missed +\S+\n$/,
  )
  await sluiceCommand(['broadcast', 'end', 'Evening Show', '--yes'])
  await until('its end is stored', async () => (await listed())[0]?.endedBy === 'operator')
  const id = seen[0]?.id ?? ''
  const text = await sluiceCommand(['broadcast', 'show', id])
  assert.match(text, /^Because +an operator ended the show$/m)
  assert.match(text, /^Success +0\.00 % of scheduled output time, target 99\.50 % missed$/m)
  assert.match(text, /^Far +\d+ s +0 s +0\.00 % +missed$/m)
  assert.equal((await json<BroadcastReport>(['broadcast', 'show', id])).outputs[0]?.name, 'Far')
  assert.match(await sluiceCommand(['broadcast', 'show', 'nothing'], 1), /NOT_FOUND/)
  assert.match(await sluiceCommand(['broadcast', 'list', 'Evening Show', '--last', '500'], 2), /--last is '500'/)
})

test('a class is edited with a reason and has a history; a time outside of it is refused until it has a reason too [POL-05]', async () => {
  assert.match(await sluiceCommand(['policy', 'show']), /retry.maxAttempts +none +30 +10/)
  const set = ['policy', 'set', 'b', 'retry.maxAttempts=20', 'failoverTriggerMs.max=3000']
  assert.match(await sluiceCommand(set, 2), /--reason/)
  assert.match(await sluiceCommand([...set, '--reason', 'agreed with the partner'], 1), /needs the scope workspace:write/)
  const key = await ownerKey()
  const asOwner = (args: readonly string[]): Promise<string> => sluiceCommand(args, 0, makeIo({ env: env({ SLUICE_TOKEN: key }) }))
  assert.match(await asOwner([...set, '--reason', 'agreed with the partner']), /Class B is now at version 1/)
  const failover = ['channel', 'failover', 'Evening Show']
  assert.match(await sluiceCommand([...failover, '--trigger', '3500'], 1), /failover.triggerMs is 3500; class B allows 2000 to 3000/)
  assert.match(
    await sluiceCommand([...failover, '--trigger', '3500', '--override', 'a bad line']),
    /override failover.triggerMs 3500: a bad line/,
  )
  assert.doesNotMatch(await sluiceCommand([...failover, '--trigger', 'class', '--hold', '25000']), /override/)
  assert.match(await sluiceCommand(failover), /Hold +25000 ms \(set here; class B allows 20000 to 60000\)/)
  assert.match(await asOwner(['policy', 'reset', 'B', '--reason', 'the event is over']), /has its defaults again \(version 2\)/)
  assert.match(await sluiceCommand(['policy', 'history', 'B']), /back to the defaults +the event is over\n +1 .*agreed with the partner/)
})

test('what the server refuses is told in its words, what the command line lacks with 2', async () => {
  const bad = ['output', 'add', 'Evening Show', 'Bad', '--key', 'k']
  const refusal = await sluiceCommand([...bad, '--url', 'http://live.example/app'], 1)
  assert.match(refusal, /DESTINATION_URL/)
  assert.equal(refusal.split('scheme is').length, 2, 'the sentence is said once')
  assert.match(await sluiceCommand(bad, 2), /--url, --platform or --destination is missing/)
  assert.match(await sluiceCommand([...bad, '--url', 'rtmp://x/y', '--class', 'd'], 2), /--class is 'd', not A/)
  assert.match(await sluiceCommand(['channel', 'rm', 'Evening Show'], 2), /deletes channel 'Evening Show' with its output\n.*--yes/)
})

test('tail follows events over a restart of control, and ends at Ctrl-C', { timeout: 60_000 }, async () => {
  const abort = new AbortController()
  const io = makeIo({ env: env(), signal: abort.signal })
  const ended = runCli(['--json', 'tail', 'Evening Show'], io)
  const names = (): string[] => io.out.map((line) => (JSON.parse(line) as StoredEvent).name)
  const seen = (name: string, what: string): Promise<number> => until(what, () => names().includes(name))

  // The stream is open when an event comes through it; until then each round makes one.
  for (let round = 0; !names().includes('output.updated'); round++) {
    assert.ok(round < 50, 'no event within 50 changes')
    await sluiceCommand(['output', round % 2 === 0 ? 'stop' : 'start', 'Far'])
  }
  await sluice.leaveControl()
  await until('notice of the loss', () => io.errors.join('').includes('connection lost, reconnecting'))
  await sluice.returnControl()
  await until('notice of the return', () => io.errors.join('').includes('sluice: reconnected'))
  await sluiceCommand(['output', 'rm', 'Far'])
  await seen('output.deleted', 'the event after the restart')
  abort.abort()
  assert.equal(await ended, 0)
  assert.match(await sluiceCommand(['tail', 'Evening Show', '--last', '0'], 2), /--last is '0'/)
})

test('a channel goes when it is confirmed', async () => {
  await sluiceCommand(['channel', 'rm', 'Evening Show'], 0, makeIo({ env: env(), answers: ['n'] }))
  const [channel] = await json<Channel[]>(['channel', 'list'])
  const broadcasts = await json<BroadcastSummary[]>(['broadcast', 'list', 'Evening Show'])
  assert.match(await sluiceCommand(['channel', 'rm', 'Evening Show', '--yes']), /Deleted channel 'Evening Show'\./)
  assert.deepEqual(await json<Channel[]>(['channel', 'list']), [])
  assert.deepEqual(
    await json<BroadcastSummary[]>(['broadcast', 'list', channel?.id ?? '']),
    broadcasts,
    'they are kept, and listed by its id',
  )
})
