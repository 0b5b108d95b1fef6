import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel, ChannelStats, Output, PolicyVersion, Switches } from '@sluice/contract/api'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { startSluice } from './srt/sluice.ts'
import { makeClip } from './support/clip.ts'
import { assertUnbroken } from './support/continuity.ts'
import { publishClip } from './support/publish.ts'
import { longestWaitMs } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'

test('a class that is edited on the air changes retry, queue and trigger of what runs, and no output loses a frame [POL-05] [OUT-04] [FAI-09]', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const sluice = await startSluice()
  t.after(() => sluice.stop())
  const [social, partner] = [await openRtmpSink(), await openRtmpSink()]
  t.after(() => Promise.all([social.close(), partner.close()]))
  const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Show' })
  const add = (name: string, url: string, outputClass: string): Promise<Output> =>
    sluice.api('POST', `/channels/${channel.id}/outputs`, { name, url, streamKey: `key-of-${name}`, class: outputClass })
  const outputs = [await add('social', social.url, 'B'), await add('partner', partner.url, 'C')]
  const key = (role: string): string => channel.inputs.find((input) => input.role === role)?.streamKey ?? ''
  const clip = await makeClip(t, { seconds: 6 })
  const urlOf = (role: string): string => `rtmp://127.0.0.1:${sluice.rtmpPort}/live/${key(role)}`
  const primary = publishClip(t, clip, urlOf('primary'))
  const states = (): Promise<string[]> =>
    Promise.all(outputs.map(async ({ id }) => (await sluice.api<Output>('GET', `/outputs/${id}`)).actual?.state ?? 'none'))
  await sluice.until('two live outputs', states, (list) => list.every((state) => state === 'live'))

  const reason = 'the partner asked for it'
  const edits = [
    {
      name: 'B',
      body: { retry: { maxAttempts: 3, baseMs: 200 }, queueMs: 1000, keepSessionMs: 5000, failoverTriggerMs: { default: 2000 } },
    },
    { name: 'C', body: { retry: { maxAttempts: 2 }, queueMs: 2000, autoDisable: { failures: 2, windowMs: 60_000 } } },
  ]
  for (const { name, body } of edits) {
    const { version } = await sluice.api<PolicyVersion>('PATCH', `/policies/${name}`, { version: 0, reason, ...body })
    await sluice.api('PATCH', `/policies/${name}`, { version, reason, queueMs: 3000 })
    await sluice.api('DELETE', `/policies/${name}?version=${version + 1}&reason=over`)
    await sluice.api('PATCH', `/policies/${name}`, { version: version + 2, reason, ...body })
  }
  await sluice.api('PATCH', `/outputs/${outputs[0]!.id}`, { limits: { queueMs: 800, retry: { maxAttempts: 2 } } })
  await sluice.api('PATCH', `/channels/${channel.id}`, { failover: { triggerMs: 1000 }, override: { reason: 'studio line' } })
  await sluice.until(
    'ten seconds of bitrate against the target',
    () => sluice.api<ChannelStats>('GET', `/channels/${channel.id}/stats`),
    (stats) => stats.outputs.length === 2 && stats.outputs.every(({ target }) => target !== undefined && target.deviates === null),
  )
  for (const [sink, name] of [
    [social, 'social'],
    [partner, 'partner'],
  ] as const)
    assertUnbroken(sink, name, 200)

  publishClip(t, clip, urlOf('backup'))
  await sluice.until(
    'a backup that receives',
    () => sluice.api<Channel>('GET', `/channels/${channel.id}`),
    ({ inputs }) => inputs.every(({ actual }) => actual?.state === 'receiving'),
  )
  primary.signal('SIGSTOP')
  t.after(() => primary.signal('SIGCONT'))
  const { items } = await sluice.until(
    'a switch',
    () => sluice.api<Switches>('GET', `/channels/${channel.id}/switches`),
    (switches) => switches.items.some(({ figures }) => figures.from === 'primary'),
  )
  const { figures } = items.find((one) => one.figures.from === 'primary')!
  assert.equal(figures.triggerMs, 1000, 'the overridden trigger is what the engine goes by')
  assert.ok((figures.silenceMs ?? 0) >= 1000)
  assert.deepEqual([social.sessions.length, partner.sessions.length], [1, 1])
  for (const sink of [social, partner]) {
    await sluice.until(
      'frames of the backup',
      async () => longestWaitMs(sink.sessions[0]!),
      (waitMs) => waitMs >= 1000,
    )
    const waitMs = longestWaitMs(sink.sessions[0]!)
    assert.ok(waitMs < 2200, `a trigger of 1000 ms left the destination ${waitMs} ms without a frame`)
  }
})
