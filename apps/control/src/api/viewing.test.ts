import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Page, paths } from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'
import { makeShow } from '../testing/show.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

test('latency and names of audio tracks are set in one place, told to the engine, and kept until they are others', async () => {
  const { channel, spec } = await makeShow(under, operator)
  const set = async (viewing: unknown): Promise<Channel['playback']['viewing']> =>
    (await operator.ok<Channel>('PATCH', paths.channel(channel.id), { viewing })).playback.viewing
  assert.deepEqual(channel.playback.viewing, { latency: 'low', sounds: [] })
  assert.deepEqual(spec()?.hls, { segmentMs: 2000, windowSegments: 6 })
  const german = { track: 1, language: 'de', name: 'Deutsch' }
  assert.deepEqual(await set({ sounds: [german, { track: 0, language: 'en' }] }), {
    latency: 'low',
    sounds: [{ track: 0, language: 'en' }, german],
  })
  assert.equal((await set({ latency: 'relaxed' })).sounds.length, 2)
  await under.host.newest.until(() => spec()?.hls.partMs === 1000)
  assert.deepEqual(spec()?.hls.sounds, [{ track: 0, language: 'en' }, german])
  const [entry] = (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items
  assert.equal(entry?.action, 'channel.viewing')
  await set({ latency: 'low', sounds: [] })
  await under.host.newest.until(() => spec()?.hls.partMs === undefined)
  assert.equal(spec()?.hls.sounds, undefined)
})

test('what no player can mean is refused, and a read-only key changes nothing', async () => {
  const { channel } = await makeShow(under, operator)
  const bad = [
    { latency: 'none' },
    { sounds: [{ track: 0, language: 'not a tag' }] },
    { sounds: [{ track: 0 }, { track: 0 }] },
    { sounds: [{ track: -1 }] },
    { partMs: 100 },
  ]
  for (const viewing of bad)
    assert.equal((await operator.ask('PATCH', paths.channel(channel.id), { body: { viewing } })).status, 400, JSON.stringify(viewing))
  const reader = await readOnly(operator)
  assert.equal((await reader.ask('PATCH', paths.channel(channel.id), { body: { viewing: { latency: 'relaxed' } } })).status, 403)
})
