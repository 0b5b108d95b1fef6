import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, paths } from '@sluice/contract/api'
import { hashKey } from '../services/channel/index.ts'
import { type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = under.operator
})
after(() => under.stop())

const create = (name: string): Promise<Channel> => operator.ok<Channel>('POST', paths.channels, { name })

test('a channel plays under a random name that its id says nothing of', async () => {
  const [one, two] = [await create('One'), await create('Two')]
  const { playId, hls, page, embed, preview } = one.playback
  assert.match(playId, /^[a-z2-9]{32}$/)
  assert.notEqual(playId, two.playback.playId)
  assert.match(hls, new RegExp(`:8081/${playId}/index\\.m3u8$`))
  assert.match(preview, new RegExp(`:8081/${playId}/~[a-z2-9]{32}/plain\\.m3u8$`))
  assert.match(page, new RegExp(`/watch/${playId}$`))
  assert.match(embed, new RegExp(`/embed/${playId}$`))
  for (const address of Object.values(one.playback)) assert.ok(!String(address).includes(one.id))
})

test('engines know the names as hashes', async () => {
  const { id, playback } = await create('Hashes')
  const engine = under.host.newest
  await engine.until(() => engine.directory?.channels.some(({ channelId }) => channelId === id) === true)
  const entry = engine.directory?.channels.find(({ channelId }) => channelId === id)
  const preview = /~([^/]+)/.exec(playback.preview)![1]!
  assert.deepEqual(entry?.playback, { playIdHash: hashKey(playback.playId), previewIdHash: hashKey(preview) })
})

test('new playback addresses replace all old ones at once, for the engine too, and nobody writes them down', async () => {
  const before = await create('Moved')
  const after = await operator.ok<Channel>('POST', paths.channelPlaybackRotate(before.id))
  for (const name of ['playId', 'hls', 'page', 'embed', 'preview', 'rtmp'] as const)
    assert.notEqual(after.playback[name], before.playback[name], name)
  const { playId } = after.playback
  const isKnown = async (id: string): Promise<boolean> => (await under.anyone.get(paths.play(id))).status === 200
  const engine = under.host.newest
  await engine.until(() => JSON.stringify(engine.directory).includes(hashKey(playId)))
  assert.ok(!JSON.stringify(engine.directory).includes(hashKey(before.playback.playId)))
  assert.deepEqual([await isKnown(playId), await isKnown(before.playback.playId), await isKnown(before.id)], [true, false, false])
  const written = JSON.stringify([await operator.ok('GET', paths.audit), await operator.ok('GET', paths.channelTimeline(before.id))])
  assert.match(written, /playback addresses/)
  for (const id of [playId, before.playback.playId]) assert.ok(!written.includes(id))
})

test('only who may change a channel replaces its addresses', async () => {
  const channel = await create('Kept')
  const { key } = await operator.ok<{ key: string }>('POST', paths.apiKeys, { name: 'reader', scopes: ['channel:read'] })
  const reader = under.anyone.with({ authorization: `Bearer ${key}` })
  assert.equal((await reader.refused('POST', paths.channelPlaybackRotate(channel.id))).code, 'SCOPE_MISSING')
  assert.equal((await under.anyone.refused('POST', paths.channelPlaybackRotate(channel.id))).code, 'AUTH_REQUIRED')
  const other = await under.newWorkspace()
  assert.equal((await other.operator.refused('POST', paths.channelPlaybackRotate(channel.id))).code, 'NOT_FOUND')
  assert.equal((await reader.ok<Channel>('GET', paths.channel(channel.id))).playback.playId, channel.playback.playId)
})

test('an address that plays nothing gets one answer, whatever it is', async () => {
  const channel = await create('Unknown')
  const answers = new Set<string>()
  for (const id of [channel.id, channel.inputs[0]!.id, 'none', 'a'.repeat(32)]) {
    const { status, body } = await under.anyone.get(paths.play(id))
    answers.add(JSON.stringify([status, body]))
  }
  assert.equal(answers.size, 1, [...answers].join('\n'))
})
