import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, noEventPage, type Page, type PlayInfo, paths } from '@sluice/contract/api'
import type { ConvertJob } from '@sluice/contract/transcoder'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
/** Uploads that begin as their types do. */
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, ...new Uint8Array(300))
const webp = new TextEncoder().encode(`RIFF....WEBP${' '.repeat(300)}`)
let made = 0
before(async () => {
  under = await startTestControl({
    converter: {
      async run(job) {
        assert.equal(job.do, 'picture')
        const { as, box, target } = job as Extract<ConvertJob, { do: 'picture' }>
        writeFileSync(target, `${as === 'png' ? 'png' : 'jpeg'} ${++made} within ${box.width}x${box.height}`)
        return { type: 'done', facts: { durationMs: 0, bytes: 20, width: 1280, height: 720, fps: 0, hasAudio: false } }
      },
      close() {},
    },
  })
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const make = (): Promise<Channel> => operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
const patch = (id: string, page: unknown): Promise<Channel> => operator.ok<Channel>('PATCH', paths.channel(id), { page })
const play = ({ playback: { playId } }: Channel): Promise<PlayInfo> => under.anyone.ok<PlayInfo>('GET', paths.play(playId))

test('what the player page says is set text by text, shown to viewers, and taken back by null [EMB-07]', async () => {
  const channel = await make()
  assert.deepEqual(channel.page, noEventPage)
  const set = await patch(channel.id, { title: 'Evening show', startsAt: '2026-11-29T19:30:00.000Z', colour: '#8A3B12' })
  assert.deepEqual([set.page.title, set.page.startsAt, set.page.colour], ['Evening show', '2026-11-29T19:30:00.000Z', '#8a3b12'])
  await patch(channel.id, { endText: 'See you on Sunday', title: null })
  const { page, state } = await play(channel)
  assert.deepEqual([page.title, page.endText, page.startsAt, state], [null, 'See you on Sunday', '2026-11-29T19:30:00.000Z', 'before'])
  const { items } = await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)
  assert.equal(items[0]?.action, 'channel.page')
})

test('a page takes no text that tricks its reader, no colour that is none and no unknown field, and only from who may', async () => {
  const { id } = await make()
  const bad = [
    { title: '' },
    { title: 'x'.repeat(121) },
    { text: 'a\u202eb' },
    { colour: 'red' },
    { colour: '#12345' },
    { startsAt: 'soon' },
    { poster: null },
  ]
  for (const page of bad) assert.equal((await operator.refused('PATCH', paths.channel(id), { page })).status, 400, JSON.stringify(page))
  const reader = await readOnly(operator)
  assert.equal((await reader.refused('PATCH', paths.channel(id), { page: { title: 'x' } })).status, 403)
  assert.equal((await reader.refused('DELETE', paths.pageImage(id, 'poster'))).status, 403)
})

/** Sends a file as it is. */
const put = (id: string, kind: string, type: string, body: Uint8Array, by = operator): Promise<Response> =>
  fetch(by.url + paths.pageImage(id, kind), { method: 'PUT', headers: { ...by.headers, 'content-type': type }, body: Buffer.from(body) })

/** The answer to a request of which the head alone has come. */
function statusOfHead(path: string, headers: Record<string, string>): Promise<number | undefined> {
  const request = httpRequest(operator.url + path, { method: 'PUT', headers: { ...operator.headers, ...headers } })
  request.flushHeaders()
  return new Promise((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response) => {
      resolve(response.statusCode)
      request.destroy()
    })
  })
}

test('a file that is no picture of its type is refused, and nothing of it stays', async () => {
  const { id } = await make()
  const text = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
  const code = async (answer: Promise<Response>): Promise<string> => ((await (await answer).json()) as { code: string }).code
  assert.equal(await code(put(id, 'poster', 'image/svg+xml', text)), 'REQUEST_MEDIA_TYPE')
  assert.equal(await code(put(id, 'poster', 'image/png', text)), 'CLIP_TYPE')
  assert.equal(await code(put(id, 'banner', 'image/png', text)), 'NOT_FOUND')
  assert.equal(await statusOfHead(paths.pageImage(id, 'poster'), { 'content-type': 'image/png', 'content-length': '13000000' }), 422)
  assert.equal((await put(id, 'poster', 'image/png', text, await readOnly(operator))).status, 403)
  assert.deepEqual((await play(await operator.ok<Channel>('GET', paths.channel(id)))).page.poster, null)
  assert.deepEqual(
    readdirSync(`${under.dataDir}/clips`).filter((name) => name.includes('upload') || name.includes('picture')),
    [],
  )
})

test('a picture is served to anyone under its digest, replaced by the next one, and gone when it is taken off', async () => {
  const { id, playback } = await make()
  const set = (await (await put(id, 'poster', 'image/png', png)).json()) as Channel
  const { poster } = set.page
  assert.deepEqual([poster?.width, poster?.height], [1280, 720])
  const read = (url: string): Promise<Response> => fetch(under.anyone.url + new URL(url).pathname)
  const answer = await read(poster!.url)
  assert.deepEqual(
    [
      answer.status,
      answer.headers.get('content-type'),
      answer.headers.get('cache-control'),
      answer.headers.get('access-control-allow-origin'),
    ],
    [200, 'image/jpeg', 'public, max-age=31536000, immutable', '*'],
  )
  assert.equal(await answer.text(), 'jpeg 1 within 1920x1080')
  const next = ((await (await put(id, 'poster', 'image/png', png)).json()) as Channel).page.poster!
  assert.notEqual(next.url, poster!.url)
  assert.deepEqual([(await read(poster!.url)).status, (await read(next.url)).status], [404, 200])
  const logo = ((await (await put(id, 'logo', 'image/webp', webp)).json()) as Channel).page.logo!
  assert.equal(await (await read(logo.url)).text(), 'png 3 within 512x512')
  // Another channel's address opens nothing of this one.
  const other = await make()
  assert.equal((await read(logo.url.replace(playback.playId, other.playback.playId))).status, 404)
  await patch(id, { title: 'Evening' })
  const cleared = await operator.ok<Channel>('DELETE', paths.pageImage(id, 'poster'))
  assert.deepEqual([cleared.page.poster, cleared.page.logo?.url, cleared.page.title], [null, logo.url, 'Evening'])
  assert.equal((await read(next.url)).status, 404)
  await operator.ok('DELETE', paths.channel(id))
  assert.equal((await read(logo.url)).status, 404)
})
