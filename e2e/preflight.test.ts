// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel, Output, Page, Preflight, Rollback, Triage } from '@sluice/contract/api'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { publishNumbered } from './outputs/numbered-source.ts'
import { startSluice } from './srt/sluice.ts'
import { freePorts } from './web/free-ports.ts'

test('a whole Sluice: preflight finds the one that cannot work, triage points at it, rollback is through in under 10 s [OPS-01] [OPS-08]', async (t) => {
  const sluice = await startSluice()
  t.after(() => sluice.stop())
  const sink = await openRtmpSink({ isRecording: false })
  t.after(() => sink.close())
  const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Show' })
  const add = (name: string, url: string, priority: number): Promise<Output> =>
    sluice.api('POST', `/channels/${channel.id}/outputs`, { name, url, streamKey: `key-of-${name}`, priority, class: 'A' })
  for (let i = 0; i < 20; i++) await add(`good${i}`, sink.url, i + 1)
  const closed = await add('closed', `rtmp://127.0.0.1:${(await freePorts(1))[0]}/live`, 0)

  const before = await sluice.api<Preflight>('POST', `/channels/${channel.id}/preflight`)
  const failed = before.outputs.filter((output) => output.verdict === 'fail')
  assert.deepEqual([before.verdict, failed.map(({ name }) => name)], ['fail', ['closed']])
  assert.match(failed[0]!.checks.find(({ check }) => check === 'tcp')?.found ?? '', /nothing listens there/)
  assert.equal(sink.sessions.length, 20, 'each good one was tried once')
  assert.ok(sink.sessions.every(({ bytes }) => bytes === 0))

  const key = channel.inputs.find((input) => input.role === 'primary')?.streamKey ?? ''
  await publishNumbered(t, `rtmp://127.0.0.1:${sluice.rtmpPort}/live`, key, 2000)
  const outputs = async (): Promise<Output[]> => (await sluice.api<Page<Output>>('GET', `/channels/${channel.id}/outputs?limit=200`)).items
  const inState = (list: readonly Output[], state: string): number => list.filter((output) => output.actual?.state === state).length
  await sluice.until('20 live outputs', outputs, (list) => inState(list, 'live') === 20 && inState(list, 'backoff') === 1)
  const triage = await sluice.api<Triage>('GET', `/channels/${channel.id}/triage`)
  assert.deepEqual([triage.beginAt, triage.verdict], ['output', 'trouble'])
  const live = await sluice.api<Preflight>('POST', `/channels/${channel.id}/preflight`)
  assert.equal(live.outputs.find(({ name }) => name === 'good0')?.checks.find(({ check }) => check === 'publish')?.verdict, 'pass')
  assert.equal(sink.sessions.length, 40, 'what is live was not tried again')

  const startMs = performance.now()
  const rolled = await sluice.api<Rollback>('POST', `/channels/${channel.id}/rollback`, { keep: 3 })
  await sluice.until('3 live outputs', outputs, (list) => inState(list, 'live') === 3 && inState(list, 'stopped') === 18)
  const tookMs = performance.now() - startMs
  assert.ok(tookMs < 10_000, `${tookMs} ms`)
  assert.ok(rolled.stopped.some(({ id }) => id === closed.id))
  const undoMs = performance.now()
  await sluice.api('DELETE', `/channels/${channel.id}/rollback`)
  await sluice.until('20 live outputs again', outputs, (list) => inState(list, 'live') === 20)
  t.diagnostic(
    `preflight of 21 outputs ${before.tookMs} ms; rollback ${tookMs.toFixed(0)} ms, back in ${(performance.now() - undoMs).toFixed(0)} ms`,
  )
})
