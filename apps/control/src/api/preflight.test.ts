import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type AuditEntry,
  type Channel,
  type Destination,
  type Output,
  type Page,
  type Preflight,
  type PreflightOutput,
  paths,
  type WorkspaceSettings,
} from '@sluice/contract/api'
import type { ProbeStep } from '@sluice/contract/link'
import { until } from '@sluice/testkit/wait'
import { type Caller, type ControlUnderTest, keyWith, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

const canary = 'canary-stream-key-4711'
const step = (name: ProbeStep['step'], verdict: ProbeStep['verdict']): ProbeStep => ({
  step: name,
  verdict,
  found: `${name} found`,
  expected: `${name} expected`,
  fix: verdict === 'fail' ? `mend ${name}` : null,
})
const verdictOf = (checks: Preflight['checks'], name: string): string | undefined => checks.find((one) => one.check === name)?.verdict
const probes = () => under.host.newest.heard.filter((message) => message.type === 'probe')

test('a channel is looked at whole: source, uplink, and each output that is to run, through its engine and without a key in the answer', async () => {
  under.host.newest.probeSteps = [step('dns', 'pass'), step('tcp', 'fail')]
  const url = 'rtmp://live.example/app'
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { name: 'Own', url, streamKey: canary })
  await operator.ok('POST', paths.channelOutputs(channel.id), { name: 'Resting', url, streamKey: 'other-key-1', enabled: false })
  const preflight = await operator.ok<Preflight>('POST', paths.channelPreflight(channel.id))
  assert.equal(preflight.verdict, 'fail')
  assert.deepEqual([verdictOf(preflight.checks, 'source'), verdictOf(preflight.checks, 'uplink')], ['warn', 'skip'])
  assert.deepEqual(
    preflight.outputs.map(({ outputId, name, verdict }) => ({ outputId, name, verdict })),
    [{ outputId: output.id, name: 'Own', verdict: 'fail' }],
  )
  assert.equal(preflight.outputs[0]!.checks.find((one) => one.check === 'tcp')?.fix, 'mend tcp')
  assert.doesNotMatch(JSON.stringify(preflight), /canary/)
  const [asked] = probes()
  assert.deepEqual([asked?.streamKey, asked?.depth, asked?.url], [canary, 'publish', url])
})

test('an output that is live is not disturbed: it is its own proof', async () => {
  const before = probes().length
  under.host.newest.report(channel.id, {}, 'live')
  const isLive = async (): Promise<boolean> =>
    (await operator.ok<Page<Output>>('GET', paths.channelOutputs(channel.id))).items.every((output) => output.actual?.state === 'live')
  await until(isLive)
  const preflight = await operator.ok<Preflight>('POST', paths.channelPreflight(channel.id))
  assert.equal(preflight.outputs[0]?.verdict, 'pass')
  assert.equal(probes().length, before)
})

test('a destination is tried before it is kept; nothing is kept by it, and what cannot work is not dialled', async () => {
  under.host.newest.probeSteps = [step('dns', 'pass')]
  const body = { url: `rtmps://a.rtmps.youtube.com:443/live2/${canary}`, platform: 'youtube' }
  const tried = await operator.ok<PreflightOutput>('POST', paths.preflight, body)
  assert.deepEqual([tried.url, tried.class, verdictOf(tried.checks, 'key')], ['rtmps://a.rtmps.youtube.com:443/live2', 'B', 'warn'])
  assert.doesNotMatch(JSON.stringify(tried), /canary/)
  assert.deepEqual([probes().at(-1)?.depth, probes().at(-1)?.streamKey], ['connect', canary])
  assert.equal((await operator.ok<Page<Destination>>('GET', paths.destinations)).items.length, 2)
  const count = probes().length
  const broken = await operator.ok<PreflightOutput>('POST', paths.preflight, { url: `ftp://h/${canary}`, streamKey: canary })
  assert.deepEqual([broken.verdict, broken.url], ['fail', ''])
  assert.doesNotMatch(JSON.stringify(broken), /canary/)
  assert.equal(probes().length, count)
})

test('a kept destination is tried with its own key and passphrase', async () => {
  const kept = await operator.ok<Destination>('POST', paths.destinations, {
    name: 'SRT',
    url: 'srt://h.example:9000?passphrase=long-enough-1',
    streamKey: 'publish/x',
  })
  await operator.ok<PreflightOutput>('POST', paths.preflight, { destinationId: kept.id, channelId: channel.id })
  assert.deepEqual([probes().at(-1)?.url, probes().at(-1)?.streamKey], ['srt://h.example:9000?passphrase=long-enough-1', 'publish/x'])
})

test('preflight needs output:write and stays inside its workspace', async () => {
  const reader = await readOnly(operator)
  for (const [path, body] of [
    [paths.channelPreflight(channel.id), undefined],
    [paths.preflight, { url: 'rtmp://h.example/a' }],
  ] as const) {
    assert.equal((await reader.refused('POST', path, body)).code, 'SCOPE_MISSING')
  }
  const other = (await under.newWorkspace()).operator
  assert.equal((await other.refused('POST', paths.channelPreflight(channel.id))).code, 'NOT_FOUND')
  assert.equal((await other.refused('POST', paths.preflight, { url: 'rtmp://h.example/a', channelId: channel.id })).code, 'NOT_FOUND')
  assert.equal((await operator.refused('POST', paths.preflight, {})).code, 'REQUEST_INVALID')
})

test('the uplink is declared by an owner, audited, and taken back by null', async () => {
  assert.deepEqual(await operator.ok<WorkspaceSettings>('GET', paths.workspaceSettings), { uplinkKbps: null, needsTwoFactor: false })
  await operator.ok('PATCH', paths.workspaceSettings, { uplinkKbps: 50_000 })
  assert.deepEqual(await operator.ok<WorkspaceSettings>('GET', paths.workspaceSettings), { uplinkKbps: 50_000, needsTwoFactor: false })
  const { items } = await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)
  assert.equal(items[0]?.summary, 'Declared an uplink of 50000 kbps.')
  await operator.ok('PATCH', paths.workspaceSettings, { uplinkKbps: null })
  assert.deepEqual(await operator.ok<WorkspaceSettings>('GET', paths.workspaceSettings), { uplinkKbps: null, needsTwoFactor: false })
  const writer = await keyWith(operator, ['output:write', 'channel:read'])
  assert.equal((await writer.refused('PATCH', paths.workspaceSettings, { uplinkKbps: 1000 })).code, 'SCOPE_MISSING')
})
