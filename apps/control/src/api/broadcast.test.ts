import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { ChannelSpec } from '@sluice/contract/link'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const specOf = (id: string): ChannelSpec | undefined => under.host.newest.specs.get(id)
const end = (id: string, by = operator): Promise<Channel> => by.ok<Channel>('POST', paths.broadcastEnd(id))
const read = (id: string): Promise<Channel> => operator.ok<Channel>('GET', paths.channel(id))
const audits = async (action: string): Promise<AuditEntry[]> =>
  (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=200`)).items.filter((entry) => entry.action === action)

/** An event is stored after the answer to what caused it. */
async function eventOf(id: string, wanted: StoredEvent['name']): Promise<StoredEvent> {
  for (;;) {
    const { items } = await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(id))
    const found = items.find(({ name }) => name === wanted)
    if (found !== undefined) return found
  }
}

/** A channel that its engine reports as it is told. */
async function make(source: 'primary' | 'slate' | 'none'): Promise<Channel> {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  await under.host.newest.until(() => specOf(channel.id) !== undefined)
  await report(channel.id, { source })
  return channel
}

async function report(id: string, patch: { source: 'primary' | 'slate' | 'none'; resumedNo?: number }): Promise<void> {
  under.host.newest.report(id, { state: patch.source === 'none' ? 'idle' : 'live', ...patch })
  while ((await read(id)).source !== patch.source);
}

test('the end of a show goes to the engine with who it was, is on record, and asking twice changes nothing', async () => {
  const { id } = await make('primary')
  const shown = await end(id)
  await under.host.newest.until(() => specOf(id)?.ended !== undefined)
  const { no, by } = specOf(id)!.ended!
  assert.deepEqual([new Date(no).toISOString(), by], [shown.ended!.at, shown.ended!.by])
  assert.deepEqual((await end(id)).ended, shown.ended)
  assert.deepEqual(
    (await audits('broadcast.end')).map(({ subjectId }) => subjectId),
    [id],
  )
  assert.equal((await eventOf(id, 'broadcast.end_requested')).message, `${by} ended the show: all outputs close cleanly.`)
})

test('reopening takes the end back, and is harmless where there is none', async () => {
  const { id } = await make('primary')
  await end(id)
  await under.host.newest.until(() => specOf(id)?.ended !== undefined)
  assert.equal((await operator.ok<Channel>('POST', paths.broadcastStart(id))).ended, null)
  await under.host.newest.until(() => specOf(id)?.ended === undefined)
  await operator.ok('POST', paths.broadcastStart(id))
  assert.equal((await audits('broadcast.start')).filter(({ subjectId }) => subjectId === id).length, 1)
})

test('a channel that is off the air has no show to end', async () => {
  const { id } = await make('none')
  assert.equal((await end(id)).ended, null)
  assert.equal(
    (await audits('broadcast.end')).some(({ subjectId }) => subjectId === id),
    false,
  )
})

test('a new broadcast that the engine reports ends the end, and only the one that it was about', async () => {
  const { id } = await make('primary')
  await end(id)
  await under.host.newest.until(() => specOf(id)?.ended !== undefined)
  const { no } = specOf(id)!.ended!
  await report(id, { source: 'none', resumedNo: no - 1 })
  await report(id, { source: 'primary' })
  assert.notEqual((await read(id)).ended, null)
  await report(id, { source: 'none', resumedNo: no })
  await under.host.newest.until(() => specOf(id)?.ended === undefined)
  assert.equal((await read(id)).ended, null)
})

test('only who may stop outputs ends a show, and nobody else’s', async () => {
  const { id } = await make('primary')
  for (const path of [paths.broadcastEnd(id), paths.broadcastStart(id)]) {
    assert.equal((await (await readOnly(operator)).refused('POST', path)).status, 403)
    assert.equal((await (await under.newWorkspace()).operator.refused('POST', path)).status, 404)
  }
  assert.equal((await read(id)).ended, null)
})

test('a slate is held for longer while it is on the air, by a number of seconds within its range', async () => {
  const { id } = await make('primary')
  const path = paths.slateHold(id)
  const early = await operator.refused('POST', path, { seconds: 300 })
  assert.deepEqual([early.status, early.code], [409, 'SOURCE_NOT_READY'])
  await report(id, { source: 'slate' })
  await operator.ok('POST', path, { seconds: 300 })
  const heard = (): unknown => under.host.newest.heard.findLast((message) => message.type === 'source')
  await under.host.newest.until(() => heard() !== undefined)
  assert.deepEqual(heard(), { type: 'source', channelId: id, command: { do: 'hold-slate', forMs: 300_000 } })
  assert.equal((await audits('slate.hold')).length, 1)
  for (const seconds of [0, 9, 3601, 60.5, 'long']) assert.equal((await operator.refused('POST', path, { seconds })).status, 400)
  assert.equal((await (await readOnly(operator)).refused('POST', path, { seconds: 300 })).status, 403)
})

test('a show that began anew can be ended at once, before the mark of the last end is taken away', async () => {
  const { id } = await make('primary')
  const first = await end(id)
  await under.host.newest.until(() => specOf(id)?.ended !== undefined)
  const { no } = specOf(id)!.ended!
  under.host.newest.report(id, { state: 'live', source: 'primary', resumedNo: no })
  while ((await read(id)).ended !== null);
  const again = await end(id)
  assert.ok(Date.parse(again.ended?.at ?? '') > Date.parse(first.ended?.at ?? ''))
  await under.host.newest.until(() => (specOf(id)?.ended?.no ?? 0) > no)
  assert.notEqual((await read(id)).ended, null)
})

test('an engine that comes back finds the show ended, also when it was away as somebody ended it', async () => {
  const { id } = await make('primary')
  const before = under.host.newest
  // None is started until the show was ended: a new one that reports an idle channel first has nothing to end.
  under.host.diesAtOnce = true
  before.end()
  await end(id)
  under.host.diesAtOnce = false
  while (under.host.newest === before || specOf(id) === undefined) await read(id)
  assert.notEqual(specOf(id)?.ended, undefined)
})
