import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Clip, type Input, type Page, paths } from '@sluice/contract/api'
import type { Problem } from '@sluice/contract/errors'
import type { ConvertJob } from '@sluice/contract/transcoder'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'
import type { Converted, Converter } from './converter.ts'

const facts = { durationMs: 8000, bytes: 4, width: 1280, height: 720, fps: 30, hasAudio: true }
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0)

/** Conversions end when and how a test says. */
class HeldConverter implements Converter {
  readonly jobs: ConvertJob[] = []
  #resolve: ((done: Converted) => void) | null = null

  run(job: ConvertJob): Promise<Converted> {
    this.jobs.push(job)
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }
  end(done: Converted = { type: 'done', facts }): void {
    const job = this.jobs.at(-1)!
    if (done.type === 'done') writeFileSync(job.target, 'loop')
    this.#resolve!(done)
  }
  close(): void {}
}

let under: ControlUnderTest
let converter: HeldConverter
let dataDir: string
let operator: Caller
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-clips-'))
  converter = new HeldConverter()
  under = await startTestControl({ converter, dataDir })
  operator = (await under.newWorkspace()).operator
})
after(async () => {
  await under.stop()
  rmSync(dataDir, { recursive: true })
})

const kept = (): string[] => readdirSync(join(dataDir, 'clips')).filter((name) => name !== 'slates')
const lastAudit = async (): Promise<AuditEntry> => (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items[0]!

async function upload(
  caller: Caller,
  bytes: Uint8Array<ArrayBuffer> = png,
  type = 'image/png',
): Promise<{ status: number; body: unknown }> {
  const headers = { ...caller.headers, 'content-type': type }
  const response = await fetch(`${caller.url}${paths.clips}?name=Card`, { method: 'POST', headers, body: bytes })
  return { status: response.status, body: await response.json() }
}

async function until(clipId: string, state: Clip['state']): Promise<Clip> {
  for (;;) {
    const clip = await operator.ok<Clip>('GET', paths.clip(clipId))
    if (clip.state === state) return clip
  }
}

/** An upload whose conversion has begun. */
async function startedClip(): Promise<string> {
  const { body } = await upload(operator)
  const { id } = body as Clip
  while (converter.jobs.at(-1)?.target.includes(id) !== true) await operator.get(paths.clips)
  return id
}

async function readyClip(): Promise<Clip> {
  const id = await startedClip()
  converter.end()
  return until(id, 'ready')
}

test('an upload is kept, converted and listed; its loop alone stays, and goes with it', async () => {
  const { status, body } = await upload(operator)
  const { id, state, kind, uploadBytes } = body as Clip
  assert.deepEqual([status, state, kind, uploadBytes], [201, 'converting', 'image', png.length])
  assert.deepEqual(kept(), [`${id}.upload`])
  assert.equal((await lastAudit()).summary, 'Uploaded the clip Card (image/png, 9 bytes).')
  while (converter.jobs.length === 0) await operator.get(paths.clips)
  converter.end()
  const ready = await until(id, 'ready')
  assert.deepEqual([ready.durationMs, ready.width, ready.fps, ready.hasAudio, ready.progress], [8000, 1280, 30, true, null])
  assert.deepEqual(kept(), [`${id}.flv`])
  assert.deepEqual(
    (await operator.ok<Page<Clip>>('GET', paths.clips)).items.map((clip) => clip.id),
    [id],
  )
  await operator.ok('DELETE', paths.clip(id))
  assert.deepEqual(kept(), [])
  assert.equal((await lastAudit()).action, 'clip.delete')
  assert.equal((await operator.refused('GET', paths.clip(id))).code, 'NOT_FOUND')
})

const failures: [Converted, code: string][] = [
  [{ type: 'refused', code: 'CLIP_NO_VIDEO', message: 'The file has no picture.' }, 'CLIP_NO_VIDEO'],
  [{ type: 'crashed', code: 'CLIP_CONVERT_CRASHED', message: 'The conversion ended by SIGSEGV.' }, 'CLIP_CONVERT_CRASHED'],
  [{ type: 'unavailable', message: 'node-av is not installed' }, 'CLIP_NO_CODECS'],
]
for (const [done, code] of failures) {
  test(`a conversion that is ${done.type} is the failure of its clip, which nothing can use`, async () => {
    const id = await startedClip()
    converter.end(done)
    const clip = await until(id, 'failed')
    assert.equal(clip.problem?.code, code)
    assert.deepEqual(kept(), [])
    const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
    const refused = await operator.refused('PATCH', paths.channel(channel.id), { failover: { slate: id } })
    assert.equal(refused.code, 'CLIP_NOT_READY')
    await operator.ok('DELETE', paths.clip(id))
  })
}

const wrong: [type: string, bytes: Uint8Array<ArrayBuffer>, code: string][] = [
  ['image/png', new TextEncoder().encode('GIF89a, and more of it'), 'CLIP_TYPE'],
  ['video/mp4', png, 'CLIP_TYPE'],
  ['image/png', new Uint8Array(0), 'CLIP_TYPE'],
]
for (const [type, bytes, code] of wrong) {
  test(`an upload as ${type} of ${bytes.length} bytes that are none is refused and leaves nothing`, async () => {
    const { status, body } = await upload(operator, bytes, type)
    assert.deepEqual([status, (body as Problem).code], [415, code])
    assert.deepEqual(kept(), [])
  })
}

test('an upload of another type, of too many bytes, or by who may only read is refused before it is read', async () => {
  assert.equal((await upload(operator, png, 'image/gif')).status, 415)
  const { hostname, port, pathname } = new URL(under.anyone.url + paths.clips)
  const headers = { ...operator.headers, 'content-type': 'video/mp4', 'content-length': 600 * 1024 * 1024 }
  const status = await new Promise((resolve, reject) => {
    const asked = request({ method: 'POST', hostname, port, path: `${pathname}?name=Card`, headers }, (response) => {
      resolve(response.statusCode)
      asked.destroy()
    })
    asked.on('error', reject).flushHeaders()
  })
  assert.equal(status, 413)
  const { body } = await upload(await readOnly(operator))
  assert.equal((body as Problem).code, 'SCOPE_MISSING')
  assert.deepEqual(kept(), [])
})

test('an upload that breaks off leaves nothing', async () => {
  const { hostname, port, pathname } = new URL(under.anyone.url + paths.clips)
  const headers = { ...operator.headers, 'content-type': 'image/png', 'content-length': 5000 }
  const asked = request({ method: 'POST', hostname, port, path: `${pathname}?name=Card`, headers }).on('error', () => {})
  asked.write(Buffer.concat([png, Buffer.alloc(1000)]))
  while (kept().length === 0) await operator.get(paths.clips)
  asked.destroy()
  while (kept().length > 0) await operator.get(paths.clips)
  assert.deepEqual((await operator.ok<Page<Clip>>('GET', paths.clips)).items, [])
})

test('a clip is shown as slate and played by an input, and stays while it is; both are booleans and nulls as before, too', async () => {
  const clip = await readyClip()
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  assert.deepEqual([channel.slate.shows, channel.slate.state, channel.slate.now], ['name', 'waiting', 'last-picture'])
  const set = await operator.ok<Channel>('PATCH', paths.channel(channel.id), { failover: { slate: clip.id } })
  assert.deepEqual([set.slate.shows, set.slate.clipId, set.failover.slateMs], ['clip', clip.id, 60_000])
  const input = channel.inputs[1]!
  const playing = await operator.ok<Input>('PATCH', paths.input(input.id), { clip: clip.id })
  assert.equal(playing.clip, clip.id)
  const engine = under.host.newest
  const specClip = () => engine.specs.get(channel.id)?.inputs.find((one) => one.inputId === input.id)?.clip?.file
  await engine.until(() => specClip() === join(dataDir, 'clips', `${clip.id}.flv`))
  const refused = await operator.refused('DELETE', paths.clip(clip.id))
  assert.deepEqual([refused.code, refused.detail], ['CLIP_IN_USE', 'The clip Card is used by 1 channel and 1 input.'])
  const off = await operator.ok<Channel>('PATCH', paths.channel(channel.id), { failover: { slate: false } })
  assert.deepEqual([off.slate.state, off.slate.now, off.slate.clipId], ['off', 'nothing', clip.id])
  await operator.ok('PATCH', paths.channel(channel.id), { failover: { slate: 'last-picture' } })
  const pulled = await operator.ok<Input>('PATCH', paths.input(input.id), { pull: { url: 'srt://198.51.100.7:9000' } })
  assert.equal(pulled.clip, null)
  await engine.until(() => specClip() === undefined)
  await operator.ok('DELETE', paths.clip(clip.id))
})

test('an input plays the test card, which is made at its first use; a file of the machine is nothing that it plays', async () => {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const path = paths.input(channel.inputs[0]!.id)
  const made = async (): Promise<void> => {
    const before = converter.jobs.length
    while (converter.jobs.length === before) await operator.get(paths.clips)
    assert.equal(converter.jobs.at(-1)?.do, 'test-card')
  }
  const failing = operator.refused('PATCH', path, { clip: 'test-card' })
  await made()
  converter.end({ type: 'unavailable', message: 'node-av is not installed' })
  const { code, detail } = await failing
  assert.deepEqual([code, detail], ['CLIP_NOT_READY', 'The test card cannot be created: node-av is not installed'])
  const patched = operator.ok<Input>('PATCH', path, { clip: 'test-card' })
  await made()
  converter.end()
  const input = await patched
  assert.deepEqual([input.clip, input.pull], ['test-card', null])
  assert.equal((await operator.ok<Input>('PATCH', path, { clip: null })).clip, null)
  assert.equal((await operator.refused('PATCH', path, { pull: { url: 'file:///etc/passwd' } })).code, 'DESTINATION_URL')
  assert.equal((await operator.refused('PATCH', path, { clip: '/etc/passwd' })).code, 'REQUEST_INVALID')
  const other = (await under.newWorkspace()).operator
  const theirs = await other.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const clip = await readyClip()
  assert.equal((await other.refused('PATCH', paths.input(theirs.inputs[0]!.id), { clip: clip.id })).code, 'NOT_FOUND')
})
