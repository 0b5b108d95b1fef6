import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InputRole } from '@sluice/base/words'
import { type AuditEntry, type Channel, type Input, type Page, paths, type Rollback } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { ChannelSpec } from '@sluice/contract/link'
import { type Caller, type ControlUnderTest, keyWith, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const get = (id: string): Promise<Channel> => operator.ok<Channel>('GET', paths.channel(id))
const add = (id: string): Promise<Input> => operator.ok<Input>('POST', paths.channelInputs(id), {})
const lastAudit = async (): Promise<AuditEntry> => (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items[0]!
const specOf = (id: string): ChannelSpec | undefined => under.host.newest.specs.get(id)
const rolesOf = ({ inputs }: Pick<Channel, 'inputs'>): InputRole[] => inputs.map(({ role }) => role)
const idOf = ({ inputs }: Channel, role: InputRole): string => inputs.find((input) => input.role === role)!.id
/** Resolves once the engine was told of a channel with these roles. */
const toldOf = (id: string, roles: readonly InputRole[]): Promise<void> =>
  under.host.newest.until(
    () =>
      specOf(id)
        ?.inputs.map(({ role }) => role)
        .join() === roles.join(),
  )
/** The newest event of that name; the log is written a moment after the answer. */
async function eventOf(id: string, name: string): Promise<StoredEvent> {
  for (;;) {
    const { items } = await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(id))
    const found = items.find((event) => event.name === name)
    if (found !== undefined) return found
  }
}

async function make(further = 0): Promise<Channel> {
  const { id } = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  for (let i = 0; i < further; i++) await add(id)
  return get(id)
}

test('an input is added in the first free place, with a key of its own, and the engine is told', async () => {
  const channel = await make()
  const made = await add(channel.id)
  assert.deepEqual([made.role, made.enabled, made.pull], ['backup2', true, null])
  assert.match(made.streamKey ?? '', /^([2-9a-z]{8}-){3}[2-9a-z]{8}$/)
  assert.ok(channel.inputs.every(({ streamKey }) => streamKey !== made.streamKey))
  await toldOf(channel.id, ['primary', 'backup', 'backup2'])
  const { action, subjectId, summary } = await lastAudit()
  assert.deepEqual([action, subjectId, summary], ['input.create', made.id, 'Added the backup 2 input to Show.'])
  assert.deepEqual((await eventOf(channel.id, 'input.created')).data, { role: 'backup2' })
  const noKeys = await keyWith(operator, ['channel:read', 'channel:write'])
  assert.deepEqual([(await noKeys.ok<Input>('POST', paths.channelInputs(channel.id), {})).streamKey], [null])
})

test('a channel has eight inputs at most, by rank, also when they are asked for all at once', async () => {
  const { id } = await make()
  const answers = await Promise.all(Array.from({ length: 8 }, () => operator.ask('POST', paths.channelInputs(id), { body: {} })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(6).fill(201), 409, 409])
  assert.deepEqual(rolesOf(await get(id)), ['primary', 'backup', 'backup2', 'backup3', 'backup4', 'backup5', 'backup6', 'backup7'])
  const full = await operator.refused('POST', paths.channelInputs(id), {})
  assert.deepEqual([full.code, full.status], ['INPUT_LIMIT', 409])
  assert.match(full.detail ?? '', /has 8 inputs, which is the maximum/)
})

test('a further backup is removed, its place is free again, and a lock on it is lifted; primary and backup stay', async () => {
  const channel = await make(2)
  await operator.ok('POST', paths.channelSource(channel.id), { lock: 'backup2' })
  const gone = idOf(channel, 'backup2')
  assert.equal((await operator.ask('DELETE', paths.input(gone))).status, 204)
  const left = await get(channel.id)
  assert.deepEqual([rolesOf(left), left.lock], [['primary', 'backup', 'backup3'], 'auto'])
  await toldOf(channel.id, ['primary', 'backup', 'backup3'])
  assert.equal(specOf(channel.id)?.source.lock, 'auto')
  assert.equal((await lastAudit()).summary, 'Removed the backup 2 input of Show.')
  assert.equal((await eventOf(channel.id, 'input.deleted')).subjectId, gone)
  assert.equal((await add(channel.id)).role, 'backup2')
  for (const role of ['primary', 'backup'] as const) {
    const { code, detail } = await operator.refused('DELETE', paths.input(idOf(channel, role)))
    assert.equal(code, 'INPUT_FIXED')
    assert.match(detail ?? '', new RegExp(`The ${role} input of Show cannot be removed: only backup 2 and later can`))
  }
  assert.equal((await operator.refused('DELETE', paths.input(gone))).code, 'NOT_FOUND')
})

test('two inputs change places with their keys, and the lock goes with its input', async () => {
  const channel = await make(1)
  await operator.ok('POST', paths.channelSource(channel.id), { lock: 'primary' })
  const [primary, , third] = channel.inputs
  const moved = await operator.ok<Input>('PATCH', paths.input(third!.id), { role: 'primary' })
  assert.deepEqual([moved.id, moved.role, moved.streamKey], [third!.id, 'primary', third!.streamKey])
  const now = await get(channel.id)
  assert.deepEqual([now.inputs.map(({ id }) => id), rolesOf(now)], [[third!.id, channel.inputs[1]!.id, primary!.id], rolesOf(channel)])
  assert.equal(now.lock, 'backup2')
  await under.host.newest.until(() => specOf(channel.id)?.source.lock === 'backup2')
  assert.deepEqual(
    specOf(channel.id)?.inputs.map(({ inputId, role }) => [inputId, role]),
    now.inputs.map(({ id, role }) => [id, role]),
  )
  assert.deepEqual(
    [(await lastAudit()).action, (await lastAudit()).summary],
    ['input.move', 'Swapped the backup 2 and primary inputs of Show.'],
  )
  assert.deepEqual((await eventOf(channel.id, 'input.moved')).data, { before: 'backup2', after: 'primary', other: primary!.id })
  const { id } = await lastAudit()
  await operator.ok('PATCH', paths.input(third!.id), { role: 'primary' })
  assert.equal((await lastAudit()).id, id)
})

test('a role that no input has, a role beside other changes and a wrong one are refused', async () => {
  const channel = await make()
  const path = paths.input(idOf(channel, 'primary'))
  const unused = await operator.refused('PATCH', path, { role: 'backup4' })
  assert.deepEqual([unused.code, unused.detail], ['INPUT_ROLE_UNUSED', 'Show has no backup 4 input to swap with.'])
  for (const body of [{ role: 'backup', enabled: false }, { role: 'backup9' }, { role: null }, { role: 'moving' }]) {
    assert.equal((await operator.refused('PATCH', path, body)).code, 'REQUEST_INVALID', JSON.stringify(body))
  }
})

test('the source is locked to inputs of the channel alone', async () => {
  const channel = await make(1)
  const locked = await operator.ok<Channel>('POST', paths.channelSource(channel.id), { lock: 'backup2' })
  assert.equal(locked.lock, 'backup2')
  const refused = await operator.refused('POST', paths.channelSource(channel.id), { lock: 'backup3' })
  assert.deepEqual([refused.code, refused.detail], ['INPUT_ROLE_UNUSED', 'Show has no backup 3 input.'])
})

test('many exchanges at once leave each role to one input', async () => {
  const channel = await make(3)
  const roles = rolesOf(channel)
  const asked = channel.inputs.flatMap(({ id }) => roles.map((role) => operator.ask('PATCH', paths.input(id), { body: { role } })))
  assert.deepEqual(new Set((await Promise.all(asked)).map(({ status }) => status)), new Set([200]))
  const now = await get(channel.id)
  assert.deepEqual([rolesOf(now), new Set(now.inputs.map(({ id }) => id))], [roles, new Set(channel.inputs.map(({ id }) => id))])
})

test('a lock that a rollback gives back follows its input too', async () => {
  const channel = await make(1)
  await operator.ok('POST', paths.channelSource(channel.id), { lock: 'backup' })
  await operator.ok('POST', paths.channelRollback(channel.id), { keep: 1 })
  await operator.ok('PATCH', paths.input(idOf(channel, 'backup')), { role: 'backup2' })
  assert.equal((await operator.ok<Rollback>('GET', paths.channelRollback(channel.id))).lockBefore, 'backup2')
  await operator.ok('DELETE', paths.input(idOf(await get(channel.id), 'backup2')))
  assert.equal((await operator.ok<Rollback>('DELETE', paths.channelRollback(channel.id))).lock, 'auto')
})

test('adding, removing and exchanging refuse a read-only key, and other workspaces', async () => {
  const channel = await make(1)
  const reader = await readOnly(operator)
  const { operator: other } = await under.newWorkspace()
  const writes: [string, string, unknown][] = [
    ['POST', paths.channelInputs(channel.id), {}],
    ['DELETE', paths.input(idOf(channel, 'backup2')), undefined],
    ['PATCH', paths.input(idOf(channel, 'backup2')), { role: 'primary' }],
  ]
  for (const [method, path, body] of writes) {
    assert.equal((await reader.refused(method, path, body)).code, 'SCOPE_MISSING', `${method} ${path}`)
    assert.equal((await other.refused(method, path, body)).code, 'NOT_FOUND', `${method} ${path}`)
  }
  assert.deepEqual(rolesOf(await get(channel.id)), ['primary', 'backup', 'backup2'])
})

test('an input in maintenance is told to the engine, on record, and neither taken nor locked to', async () => {
  const channel = await make()
  const backup = idOf(channel, 'backup')
  assert.equal((await operator.ok<Input>('PATCH', paths.input(backup), { maintenance: true })).maintenance, true)
  await under.host.newest.until(() => specOf(channel.id)?.inputs.find(({ role }) => role === 'backup')?.isInMaintenance === true)
  assert.equal((await lastAudit()).summary, 'Changed the backup input of Show: in maintenance.')
  assert.match((await operator.refused('POST', paths.channelSource(channel.id), { lock: 'backup' })).detail ?? '', /in maintenance/)
  under.host.newest.report(channel.id)
  assert.match((await operator.refused('POST', paths.channelSource(channel.id), { take: 'backup' })).detail ?? '', /in maintenance/)
  assert.equal((await (await readOnly(operator)).refused('PATCH', paths.input(backup), { maintenance: false })).code, 'SCOPE_MISSING')
  await operator.ok('PATCH', paths.input(backup), { maintenance: false })
  await under.host.newest.until(() => specOf(channel.id)?.inputs.every((input) => input.isInMaintenance === undefined) === true)
})
