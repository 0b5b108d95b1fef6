import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Output, type Page, type Picture, paths, type Rung } from '@sluice/contract/api'
import type { ConvertJob } from '@sluice/contract/transcoder'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, ...new Uint8Array(300))
before(async () => {
  under = await startTestControl({
    converter: {
      async run(job) {
        writeFileSync((job as Extract<ConvertJob, { do: 'picture' }>).target, 'a PNG')
        return { type: 'done', facts: { durationMs: 0, bytes: 5, width: 400, height: 200, fps: 0, hasAudio: false } }
      },
      close() {},
    },
  })
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

const send = (body: Uint8Array, by = operator, type = 'image/png'): Promise<Response> =>
  fetch(`${by.url}${paths.pictures}?name=Logo`, {
    method: 'POST',
    headers: { ...by.headers, 'content-type': type },
    body: Buffer.from(body),
  })
const upload = async (): Promise<Picture> => (await send(png)).json() as Promise<Picture>
const videoWith = (pictureId: string) => ({
  ...{ codec: 'h264', height: 360, fps: 30, bitrateKbps: 800, gopMs: 2000 },
  overlays: [{ pictureId, x: 1, y: 0, width: 0.2, opacity: 0.5 }],
})

test('a rung shows a picture of the workspace, the engine is told its file, and it cannot be deleted while it is shown', async () => {
  const picture = await upload()
  assert.deepEqual([picture.name, picture.width, picture.height, picture.bytes, picture.rungs], ['Logo', 400, 200, 5, []])
  const rung = await operator.ok<Rung>('POST', paths.channelRungs(channel.id), { name: 'Low', video: videoWith(picture.id) })
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), {
    ...{ name: 'Out', url: 'rtmp://live.example/app', streamKey: 'key', rung: rung.id },
  })
  await under.host.newest.until(() => under.host.newest.specs.get(channel.id)?.pictures !== undefined)
  const spec = under.host.newest.specs.get(channel.id)!
  assert.deepEqual(spec.rungs?.[0]?.video?.overlays, videoWith(picture.id).overlays)
  assert.match(spec.pictures![0]!.file, new RegExp(`${picture.id}\\.png$`))
  const refused = await operator.refused('DELETE', paths.picture(picture.id))
  assert.deepEqual([refused.status, refused.code], [409, 'PICTURE_IN_USE'])
  assert.match(refused.detail ?? '', /Low/)
  await operator.ok('PATCH', paths.rung(rung.id), { video: { ...videoWith(picture.id), overlays: [] } })
  await operator.ok('DELETE', paths.picture(picture.id))
  assert.deepEqual(readdirSync(`${under.dataDir}/pictures`), [])
  const { items } = await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)
  assert.equal(items[0]?.action, 'picture.delete')
  await operator.ok('DELETE', paths.output(output.id))
})

test('a picture of another workspace, or none, is refused on a rung; a reader uploads none; what is no picture stays out', async () => {
  const picture = await upload()
  const other = (await under.newWorkspace()).operator
  const theirs = await other.ok<Channel>('POST', paths.channels, { name: 'Theirs' })
  for (const pictureId of [picture.id, '00000000-0000-7000-8000-000000000000']) {
    const refused = await other.refused('POST', paths.channelRungs(theirs.id), { name: 'Low', video: videoWith(pictureId) })
    assert.deepEqual([refused.status, refused.code], [422, 'PICTURE_UNKNOWN'])
  }
  assert.equal((await other.refused('GET', paths.picture(picture.id))).status, 404)
  assert.equal((await other.refused('GET', paths.pictureImage(picture.id))).status, 404)
  assert.equal((await send(png, await readOnly(operator))).status, 403)
  assert.equal((await send(new TextEncoder().encode('no picture at all'))).status, 415)
  const image = await fetch(operator.url + paths.pictureImage(picture.id), { headers: operator.headers })
  assert.deepEqual([image.status, image.headers.get('content-type'), await image.text()], [200, 'image/png', 'a PNG'])
  const five = Array.from({ length: 5 }, () => videoWith(picture.id).overlays[0])
  const many = await operator.refused('POST', paths.channelRungs(channel.id), {
    name: 'Many',
    video: { ...videoWith(picture.id), overlays: five },
  })
  assert.equal(many.status, 400)
})

test('an output has a delay and an audio track of its own, and an encode that is planned for it takes that track', async () => {
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), {
    ...{ name: 'Late', url: 'rtmp://live.example/app', streamKey: 'key', delayMs: 20_000, audioTrack: 1, rung: 'source' },
  })
  assert.deepEqual([output.delayMs, output.audioTrack], [20_000, 1])
  const told = () => under.host.newest.specs.get(channel.id)?.outputs.find(({ outputId }) => outputId === output.id)
  await under.host.newest.until(() => told()?.delayMs === 20_000 && told()?.audioTrack === 1)
  await operator.ok('PATCH', paths.output(output.id), { delayMs: 0, audioTrack: null })
  await under.host.newest.until(() => told()?.delayMs === undefined && told()?.audioTrack === undefined)
  assert.equal((await operator.refused('PATCH', paths.output(output.id), { delayMs: 60_001 })).status, 400)
})
