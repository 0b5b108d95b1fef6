// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Channel, Output } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { startSluice } from './srt/sluice.ts'
import { makeClip } from './support/clip.ts'
import { assertUnbroken } from './support/continuity.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'

/** A server that hangs up on whoever calls, and counts the calls. */
async function openDeadEnd(t: TestContext): Promise<{ url: string; calls: () => number }> {
  let calls = 0
  const server = createServer((socket) => {
    calls++
    socket.on('error', () => {})
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { url: `rtmp://127.0.0.1:${(server.address() as AddressInfo).port}/live`, calls: () => calls }
}

test('classes B and C give up at their limits, say so, begin afresh when asked to, and cost the others nothing [OUT-02] [POL-05]', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const sluice = await startSluice()
  t.after(() => sluice.stop())
  const good = await openRtmpSink()
  t.after(() => good.close())
  const [social, partner] = [await openDeadEnd(t), await openDeadEnd(t)]
  const reason = 'shorter windows for a test'
  const retry = { baseMs: 100, capMs: 400, windowMs: 10_000 }
  await sluice.api('PATCH', '/policies/B', { version: 0, reason, retry: { ...retry, maxAttempts: 5 }, autoDisable: null })
  await sluice.api('PATCH', '/policies/C', {
    version: 0,
    reason,
    retry: { ...retry, maxAttempts: null },
    autoDisable: { failures: 3, windowMs: 10_000 },
  })
  const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Show' })
  const add = (name: string, url: string, outputClass: string): Promise<Output> =>
    sluice.api('POST', `/channels/${channel.id}/outputs`, { name, url, streamKey: `key-of-${name}`, class: outputClass })
  const [steady, b, c] = [
    await add('steady', good.url, 'A'),
    await add('social', social.url, 'B'),
    await add('partner', partner.url, 'C'),
  ] as const
  const key = channel.inputs.find(({ role }) => role === 'primary')?.streamKey ?? ''
  publishClip(t, await makeClip(t, { seconds: 6 }), `rtmp://127.0.0.1:${sluice.rtmpPort}/live/${key}`)

  const stateOf = (id: string): Promise<Output> => sluice.api('GET', `/outputs/${id}`)
  const untilDisabled = ({ id, name }: Output): Promise<Output> =>
    sluice.until(
      `${name} that is disabled`,
      () => stateOf(id),
      ({ actual }) => actual?.state === 'disabled',
    )
  const [disabledB, disabledC] = [await untilDisabled(b), await untilDisabled(c)]
  assert.match(disabledB.actual?.reason?.message ?? '', /5 attempts within/)
  assert.match(disabledC.actual?.reason?.message ?? '', /3 failures within/)
  assert.deepEqual([social.calls(), partner.calls()], [5, 3])

  await sluice.api('POST', `/outputs/${b.id}/rearm`)
  await sluice.until(
    'five more calls',
    async () => social.calls(),
    (calls) => calls === 10,
  )
  await untilDisabled(b)
  assert.deepEqual([social.calls(), partner.calls()], [10, 3], 'an output that is disabled calls nobody')
  const { items } = await sluice.api<{ items: StoredEvent[] }>('GET', `/event-log?channel=${channel.id}&severity=error`)
  const disabled = items.filter(({ name }) => name === 'output.disabled').map(({ subjectId }) => subjectId)
  assert.deepEqual(disabled.toSorted(), [b.id, b.id, c.id].toSorted())
  assert.equal((await stateOf(steady.id)).actual?.state, 'live')
  assert.equal(good.sessions.length, 1)
  assertUnbroken(good, 'the healthy output', 30)
})
