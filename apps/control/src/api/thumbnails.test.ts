import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, paths } from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, keyWith, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

test('a picture is a JPEG with its time, costs no bytes while it stays the same, and another workspace has no way to it', async () => {
  const { id } = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const none = await operator.refused('GET', paths.channelThumbnail(id))
  assert.deepEqual([none.code, none.status], ['THUMBNAIL_NONE', 404])
  const takenAtMs = Date.now() - 1500
  for (const engine of under.host.engines) engine.picture = { jpeg: Buffer.from([0xff, 0xd8, 0xff, 0xd9]), takenAtMs }
  const viewer = await keyWith(operator, ['channel:read'])
  const { id: live } = await operator.ok<Channel>('POST', paths.channels, { name: 'Live' })
  const first = await viewer.get(paths.channelThumbnail(live))
  assert.deepEqual([first.status, first.headers.get('content-type')], [200, 'image/jpeg'])
  assert.equal(first.headers.get('last-modified'), new Date(takenAtMs).toUTCString())
  assert.equal(first.headers.get('cache-control'), 'private, no-cache')
  const etag = first.headers.get('etag') ?? ''
  for (const known of [etag, `"other", W/${etag}`]) {
    const again = await viewer.get(paths.channelThumbnail(live), { 'if-none-match': known })
    assert.deepEqual([again.status, again.body, again.headers.get('etag')], [304, '', etag])
  }
  const stranger = (await under.newWorkspace()).operator
  assert.equal((await stranger.refused('GET', paths.channelThumbnail(live))).code, 'NOT_FOUND')
  const writer = await keyWith(operator, ['output:write'])
  assert.equal((await writer.refused('GET', paths.channelThumbnail(live))).code, 'SCOPE_MISSING')
})
