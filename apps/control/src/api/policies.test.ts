import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type AuditEntry,
  type Channel,
  keyScopes,
  type Output,
  type Page,
  type PolicyVersion,
  type Preflight,
  paths,
} from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { ChannelSpec } from '@sluice/contract/link'
import { classPolicies, type OutputClass } from '@sluice/contract/policy'
import { type Caller, type ControlUnderTest, keyWith, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
before(async () => {
  under = await startTestControl()
})
after(() => under.stop())

const workspace = async (): Promise<Caller> => (await under.newWorkspace()).operator
const makeChannel = (owner: Caller): Promise<Channel> => owner.ok('POST', paths.channels, { name: 'Show' })
const getChannel = (owner: Caller, id: string): Promise<Channel> => owner.ok('GET', paths.channel(id))
const addOutput = (owner: Caller, channel: Channel, body: object = {}): Promise<Output> =>
  owner.ok('POST', paths.channelOutputs(channel.id), { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'key-12345', ...body })
const policies = async (owner: Caller): Promise<PolicyVersion[]> => (await owner.ok<Page<PolicyVersion>>('GET', paths.policies)).items
const edit = (owner: Caller, outputClass: OutputClass, version: number, body: object): Promise<PolicyVersion> =>
  owner.ok('PATCH', paths.policy(outputClass), { version, reason: 'agreed with the partner', ...body })
const audits = async (owner: Caller): Promise<AuditEntry[]> => (await owner.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=5`)).items
const specOf = (id: string): ChannelSpec | undefined => under.host.newest.specs.get(id)
const told = (test: () => boolean): Promise<void> => under.host.newest.until(test)

async function eventOf(owner: Caller, channelId: string, name: string): Promise<StoredEvent> {
  for (;;) {
    const { items } = await owner.ok<Page<StoredEvent>>('GET', paths.channelTimeline(channelId))
    const found = items.find((event) => event.name === name)
    if (found !== undefined) return found
  }
}

test('a workspace has the shipped classes until it edits them; every version is kept with who, when and why [POL-04] [POL-12]', async () => {
  const owner = await workspace()
  assert.deepEqual(
    (await policies(owner)).map(({ version, isShipped, policy, by }) => ({ version, isShipped, policy, by })),
    (['A', 'B', 'C'] as const).map((name) => ({ version: 0, isShipped: true, policy: classPolicies[name], by: null })),
  )
  const first = await edit(owner, 'B', 0, { retry: { maxAttempts: 20 }, maxVideoKbps: 6000 })
  assert.deepEqual([first.version, first.isShipped, first.policy.retry.maxAttempts, first.policy.retry.baseMs], [1, false, 20, 1000])
  const [entry] = await audits(owner)
  assert.equal(entry?.action, 'policy.update')
  assert.match(
    entry?.summary ?? '',
    /Class B, version 1: maxVideoKbps 5000 to 6000, retry.maxAttempts 30 to 20. Reason: agreed with the partner/,
  )
  const back = await owner.ok<PolicyVersion>('DELETE', `${paths.policy('B')}?version=1&reason=${encodeURIComponent('end of the event')}`)
  assert.deepEqual([back.version, back.isShipped, back.policy], [2, true, classPolicies.B])
  assert.equal((await audits(owner))[0]?.action, 'policy.reset')
  const { items } = await owner.ok<Page<PolicyVersion>>('GET', paths.policyVersions('B'))
  assert.deepEqual(
    items.map(({ version, isShipped, reason, policy }) => [version, isShipped, reason, policy.maxVideoKbps]),
    [
      [2, true, 'end of the event', 5000],
      [1, false, 'agreed with the partner', 6000],
    ],
  )
  const page = await owner.ok<Page<PolicyVersion>>('GET', `${paths.policyVersions('B')}?limit=1`)
  assert.equal((await owner.ok<Page<PolicyVersion>>('GET', `${paths.policyVersions('B')}?after=${page.next}`)).items[0]?.version, 1)
  assert.equal((await policies(await workspace()))[1]?.version, 0, 'another workspace has its own')
})

test('of two edits made from one version the second is refused, one after the other and side by side', async () => {
  const owner = await workspace()
  await edit(owner, 'A', 0, { queueMs: 3000 })
  const late = await owner.refused('PATCH', paths.policy('A'), { version: 0, reason: 'too late', queueMs: 2000 })
  assert.deepEqual([late.status, late.code], [409, 'POLICY_STALE'])
  assert.match(late.detail ?? '', /based on version 0 of class A; the newest is 1/)
  const answers = await Promise.all(
    [1000, 1500, 2000, 2500].map((queueMs) => owner.ask('PATCH', paths.policy('A'), { body: { version: 1, reason: 'race', queueMs } })),
  )
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409, 409, 409])
  assert.equal((await policies(owner))[0]?.version, 2)
})

test('a policy may not leave the hard bounds, needs a reason, and an edit of nothing makes no version', async () => {
  const owner = await workspace()
  const refused = [
    { failoverTriggerMs: { min: 299 } },
    { failoverTriggerMs: { default: 5000 } },
    { retry: { maxAttempts: 0 } },
    { queueMs: 60_001 },
    { maxVideoKbps: 3000 },
    { reason: '  ' },
  ]
  for (const body of refused) {
    const { status, code } = await owner.refused('PATCH', paths.policy('B'), { version: 0, reason: 'to try it', ...body })
    assert.deepEqual([status, code], [400, 'REQUEST_INVALID'], JSON.stringify(body))
  }
  assert.equal((await edit(owner, 'B', 0, { queueMs: 4000 })).version, 0)
  assert.equal((await owner.refused('GET', paths.policyVersions('D'))).status, 404)
})

test('an edit reaches the engine for every channel with an output of the class, and for no other', async () => {
  const owner = await workspace()
  const [partner, social, empty] = [await makeChannel(owner), await makeChannel(owner), await makeChannel(owner)]
  const output = await addOutput(owner, partner, { class: 'C' })
  await addOutput(owner, social, { class: 'B' })
  await told(() => specOf(partner.id)?.outputs.length === 1 && specOf(social.id)?.outputs.length === 1 && specOf(empty.id) !== undefined)
  const [socialBefore, emptyBefore] = [specOf(social.id)?.revision, specOf(empty.id)?.revision]
  const generation = specOf(partner.id)?.outputs[0]?.generation
  await edit(owner, 'C', 0, {
    retry: { maxAttempts: 4, capMs: 60_000 },
    queueMs: 2000,
    keepSessionMs: 30_000,
    autoDisable: { failures: 3, windowMs: 60_000 },
    failoverTriggerMs: { default: 3000 },
  })
  await told(() => specOf(partner.id)?.source.triggerMs === 3000)
  const spec = specOf(partner.id)!.outputs[0]!
  assert.deepEqual(
    [spec.retry.maxAttempts, spec.retry.capMs, spec.retry.baseMs, spec.queueMs, spec.keepSessionMs, spec.autoDisable?.failures],
    [4, 60_000, 5000, 2000, 30_000, 3],
  )
  assert.equal(spec.generation, generation, 'it is no fresh start')
  assert.deepEqual([specOf(social.id)?.revision, specOf(empty.id)?.revision], [socialBefore, emptyBefore])
  const event = await eventOf(owner, partner.id, 'policy.changed')
  assert.match(event.message, /changed class C: .*retry.maxAttempts 10 to 4.* Reason: agreed with the partner/)
  const shown = await owner.ok<Output>('GET', paths.output(output.id))
  assert.deepEqual([shown.effective.queueMs, shown.effective.retry.maxAttempts], [2000, 4])
  await edit(owner, 'B', 0, { failoverHoldMs: { default: 25_000 } })
  await told(() => specOf(empty.id)?.source.holdMs === 25_000 && specOf(social.id)?.source.holdMs === 25_000)
})

test('a time outside of the tightest class is refused with field, found, limit and class, or goes through on record [POL-05] [FAI-02] [FAI-05]', async () => {
  const owner = await workspace()
  const channel = await makeChannel(owner)
  const path = paths.channel(channel.id)
  for (const failover of [{ triggerMs: 1999 }, { triggerMs: 4001 }, { holdMs: 19_999 }, { holdMs: 60_001 }]) {
    const { status, code } = await owner.refused('PATCH', path, { failover })
    assert.deepEqual([status, code], [422, 'POLICY_OUTSIDE'], JSON.stringify(failover))
  }
  const refusal = await owner.refused('PATCH', path, { failover: { triggerMs: 900 } })
  assert.deepEqual(refusal.violations, [{ field: 'failover.triggerMs', found: 900, limit: { class: 'B', min: 2000, max: 4000 } }])
  assert.equal(refusal.detail, 'failover.triggerMs is 900; class B allows 2000 to 4000.')
  assert.equal((await getChannel(owner, channel.id)).failover.triggerMs, 2500, 'nothing was changed')
  for (const triggerMs of [299, 10_001]) {
    const hard = await owner.refused('PATCH', path, { failover: { triggerMs }, override: { reason: 'whatever' } })
    assert.equal(hard.code, 'REQUEST_INVALID', 'no reason opens what an engine can not keep')
  }

  const changed = await owner.ok<Channel>('PATCH', path, { failover: { triggerMs: 900 }, override: { reason: 'studio line' } })
  assert.equal(changed.failover.triggerMs, 900)
  assert.deepEqual(
    changed.overrides.map(({ field, found, reason }) => ({ field, found, reason })),
    [{ field: 'failover.triggerMs', found: 900, reason: 'studio line' }],
  )
  assert.deepEqual(changed.violations, [])
  await told(() => specOf(channel.id)?.source.triggerMs === 900)
  const entries = await audits(owner)
  assert.ok(entries.some(({ action }) => action === 'channel.failover'))
  assert.match(
    entries.find(({ action }) => action === 'policy.override')?.summary ?? '',
    /failover.triggerMs is 900; class B allows 2000 to 4000. Reason: studio line/,
  )
  const event = await eventOf(owner, channel.id, 'policy.overridden')
  assert.equal(event.data['reason'], 'studio line')

  await owner.ok('PATCH', path, { failover: { slate: false } })
  assert.equal((await getChannel(owner, channel.id)).overrides.length, 1, 'another setting leaves it alone')
  assert.equal((await owner.refused('PATCH', path, { failover: { triggerMs: 800 } })).code, 'POLICY_OUTSIDE')
  const restored = await owner.ok<Channel>('PATCH', path, { failover: { triggerMs: null } })
  assert.deepEqual([restored.failover.triggerMs, restored.overrides], [2500, []])
  assert.ok((await audits(owner)).some(({ action }) => action === 'policy.restore'))
  await eventOf(owner, channel.id, 'policy.restored')
})

test('what comes to be outside by a tighter class is shown, warned of by preflight, and not changed [POL-05] [FAI-12]', async () => {
  const owner = await workspace()
  const channel = await makeChannel(owner)
  await owner.ok('PATCH', paths.channel(channel.id), { failover: { triggerMs: 3500 } })
  await edit(owner, 'A', 0, { failoverTriggerMs: { max: 3000 } })
  assert.deepEqual((await getChannel(owner, channel.id)).violations, [])
  await addOutput(owner, channel, { class: 'A', enabled: false })
  const tighter = await getChannel(owner, channel.id)
  assert.equal(tighter.failover.triggerMs, 3500)
  assert.deepEqual(tighter.violations, [{ field: 'failover.triggerMs', found: 3500, limit: { class: 'A', min: 2000, max: 3000 } }])
  const { checks } = await owner.ok<Preflight>('POST', paths.channelPreflight(channel.id))
  const policy = checks.find(({ check }) => check === 'policy')
  assert.equal(policy?.verdict, 'warn')
  assert.match(policy?.found ?? '', /failover.triggerMs is 3500, class A allows 2000 to 3000/)
  await owner.ok('PATCH', paths.channel(channel.id), { name: 'Renamed' })
  await owner.ok('PATCH', paths.channel(channel.id), { failover: { holdMs: 25_000 } })
  assert.equal((await getChannel(owner, channel.id)).failover.triggerMs, 3500, 'it hinders no other edit')
  const answered = await owner.ok<Channel>('PATCH', paths.channel(channel.id), {
    failover: { triggerMs: 3500 },
    override: { reason: 'the line there is bad' },
  })
  assert.deepEqual(
    [answered.violations, answered.overrides.map(({ found, reason }) => [found, reason])],
    [[], [[3500, 'the line there is bad']]],
  )
})

test('an output has limits of its own, over its class’s, which reach the engine; null takes them back [OUT-05]', async () => {
  const owner = await workspace()
  const channel = await makeChannel(owner)
  const output = await addOutput(owner, channel, { class: 'B', limits: { maxVideoKbps: 3000, queueMs: 2000, retry: { maxAttempts: 5 } } })
  assert.deepEqual(output.limits, { maxVideoKbps: 3000, queueMs: 2000, retry: { maxAttempts: 5 } })
  assert.deepEqual([output.effective.maxVideoKbps, output.effective.retry.maxAttempts, output.effective.retry.baseMs], [3000, 5, 1000])
  const spec = () => specOf(channel.id)?.outputs.find(({ outputId }) => outputId === output.id)
  await told(() => spec()?.queueMs === 2000 && spec()?.retry.maxAttempts === 5)
  const path = paths.output(output.id)
  const changed = await owner.ok<Output>('PATCH', path, { limits: { queueMs: null, targetVideoKbps: 2800, keepSessionMs: 10_000 } })
  assert.deepEqual(changed.limits, { maxVideoKbps: 3000, targetVideoKbps: 2800, keepSessionMs: 10_000, retry: { maxAttempts: 5 } })
  await told(() => spec()?.queueMs === 4000 && spec()?.keepSessionMs === 10_000)
  assert.equal((await audits(owner))[0]?.action, 'output.update')
  assert.deepEqual((await owner.ok<Output>('PATCH', path, { limits: null })).limits, {})
  await told(() => spec()?.retry.maxAttempts === 30)
})

test('limits looser than the class are refused on create, on patch, and by a change of class; an override is on record [POL-05] [GRD-06]', async () => {
  const owner = await workspace()
  const channel = await makeChannel(owner)
  const body = { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'key-12345', class: 'C', limits: { retry: { maxAttempts: 11 } } }
  const refused = await owner.refused('POST', paths.channelOutputs(channel.id), body)
  assert.deepEqual([refused.status, refused.code], [422, 'POLICY_OUTSIDE'])
  assert.deepEqual(refused.violations, [{ field: 'limits.retry.maxAttempts', found: 11, limit: { class: 'C', min: null, max: 10 } }])
  assert.equal((await owner.ok<Page<Output>>('GET', paths.channelOutputs(channel.id))).items.length, 0)

  const made = await addOutput(owner, channel, { ...body, override: { reason: 'their server restarts often' } })
  assert.deepEqual(
    made.overrides.map(({ field, found }) => [field, found]),
    [['limits.retry.maxAttempts', 11]],
  )
  await told(() => specOf(channel.id)?.outputs[0]?.retry.maxAttempts === 11)
  await eventOf(owner, channel.id, 'policy.overridden')
  assert.equal((await owner.refused('PATCH', paths.output(made.id), { limits: { queueMs: 9000 } })).code, 'POLICY_OUTSIDE')

  const social = await addOutput(owner, channel, { name: 'Social', class: 'B', limits: { maxVideoKbps: 4500 } })
  const moved = await owner.refused('PATCH', paths.output(social.id), { class: 'C' })
  assert.deepEqual(moved.violations?.[0]?.limit, { class: 'C', min: null, max: 4000 })
  const answered = await owner.ok<Output>('PATCH', paths.output(social.id), { class: 'C', override: { reason: 'agreed by mail' } })
  assert.deepEqual([answered.class, answered.overrides.length, answered.violations.length], ['C', 1, 0])

  await edit(owner, 'C', 0, { targetVideoKbps: { min: 500, max: 2000 }, maxVideoKbps: 2000 })
  const third = await addOutput(owner, channel, { name: 'Third', class: 'B', limits: { queueMs: 3500 } })
  await edit(owner, 'B', 0, { queueMs: 3000 })
  const drifted = await owner.ok<Output>('GET', paths.output(third.id))
  assert.deepEqual([drifted.effective.queueMs, drifted.violations.map(({ field }) => field)], [3500, ['limits.queueMs']])
  const answer = { limits: { queueMs: 3500 }, override: { reason: 'a far server' } }
  const stays = await owner.ok<Output>('PATCH', paths.output(third.id), answer)
  assert.deepEqual([stays.violations, stays.overrides[0]?.reason], [[], 'a far server'])
  const fourth = await addOutput(owner, channel, { name: 'Fourth', class: 'B', limits: { queueMs: 2900 } })
  await edit(owner, 'B', 1, { queueMs: 2300 })
  assert.equal((await owner.ok<Output>('GET', paths.output(fourth.id))).violations.length, 1)
  const { outputs } = await owner.ok<Preflight>('POST', paths.channelPreflight(channel.id))
  assert.equal(outputs.find(({ name }) => name === 'Fourth')?.checks.find(({ check }) => check === 'policy')?.verdict, 'warn')
  assert.equal(outputs.find(({ name }) => name === 'Social')?.checks.find(({ check }) => check === 'policy')?.verdict, 'pass')
})

test('policies are read by everybody in the workspace, and edited by its owners alone; only an owner or producer lets something leave its class [TEAM-02]', async () => {
  const owner = await workspace()
  const channel = await makeChannel(owner)
  const output = await addOutput(owner, channel)
  const viewer = await readOnly(owner)
  assert.equal((await policies(viewer)).length, 3)
  const operator = await keyWith(owner, ['channel:read', 'channel:write', 'output:read', 'output:write'])
  for (const caller of [viewer, operator]) {
    const patch = await caller.refused('PATCH', paths.policy('B'), { version: 0, reason: 'to try it', queueMs: 1000 })
    assert.deepEqual([patch.status, patch.code], [403, 'SCOPE_MISSING'])
    assert.equal((await caller.refused('DELETE', `${paths.policy('B')}?version=0&reason=trying`)).status, 403)
  }
  const override = { reason: 'to try it' }
  assert.equal((await viewer.refused('PATCH', paths.channel(channel.id), { failover: { triggerMs: 900 }, override })).status, 403)
  assert.equal((await viewer.refused('PATCH', paths.output(output.id), { limits: { queueMs: 9000 }, override })).status, 403)
  const refused = await operator.refused('PATCH', paths.channel(channel.id), { failover: { triggerMs: 900 }, override })
  assert.deepEqual([refused.code, refused.detail.includes('policy:override')], ['SCOPE_MISSING', true])
  const producer = await keyWith(owner, keyScopes('producer'))
  await producer.ok('PATCH', paths.channel(channel.id), { failover: { triggerMs: 900 }, override })
})
