import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  type AuditEntry,
  type Channel,
  type ChannelStats,
  type LatencyLedger,
  type Output,
  type Page,
  paths,
  type Rollback,
} from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { InputActual, OutputStats } from '@sluice/contract/link'
import { makeLine } from '@sluice/testkit/engine-link'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

const minuteMs = 60_000
let dataDir: string
let under: ControlUnderTest
let operator: Caller
let workspaceId: string
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-control-'))
  under = await startTestControl({ dataDir })
  const workspace = await under.newWorkspace()
  operator = workspace.operator
  workspaceId = workspace.id
})
after(async () => {
  await under.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

type Line = { loss: number; down: number; rttMs?: number; queueMs?: number; ackAgeMs?: number }

/** A channel with four outputs whose figures a test makes up, a second at a time; its clock is the figures' own. */
async function makeShow() {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const outputs: Output[] = []
  for (const priority of [4, 3, 2, 1]) {
    const body = { name: `P${priority}`, url: 'rtmp://live.example/app', streamKey: 'key-12345', priority }
    outputs.push(await operator.ok<Output>('POST', paths.channelOutputs(channel.id), body))
  }
  const inputId = channel.inputs.find((input) => input.role === 'primary')!.id
  let atMs = Math.ceil(Date.now() / minuteMs) * minuteMs - 20 * minuteMs
  const totals = { unique: 0, lost: 0, ageMs: 0, wantedMs: 0, liveMs: 0 }
  const isRunning = (id: string): boolean =>
    under.host.newest.specs.get(channel.id)?.outputs.find((one) => one.outputId === id)?.desired === 'running'
  const second = ({ loss, down, rttMs = 40, queueMs = 0, ackAgeMs = 200 }: Line): void => {
    atMs += 1000
    totals.unique += 500
    totals.lost += 500 * loss
    totals.ageMs += 1000
    totals.wantedMs += 1000
    totals.liveMs += 1000 * (1 - down)
    const publish = { wantedMs: totals.wantedMs, liveMs: Math.round(totals.liveMs), share: totals.liveMs / totals.wantedMs }
    const figures: Omit<OutputStats, 'outputId'> = {
      bitrateBps: 3e6,
      bytesTotal: 0,
      ackedBytesTotal: 0,
      queueBytes: queueMs * 400,
      queueMs,
      framesDroppedTotal: 0,
      reconnectsTotal: 0,
      sessionMs: totals.ageMs,
      line: null,
      publish,
      ackAgeMs,
    }
    const line = makeLine({
      ageMs: totals.ageMs,
      rttMs,
      latencyMs: 240,
      bufferMs: 200,
      packetsTotal: totals.unique,
      lostTotal: totals.lost,
    })
    const input = {
      inputId,
      bitrateBps: 3e6,
      videoBps: 3e6,
      audioBps: 0,
      fps: 30,
      gopMs: 2000,
      framesTotal: 1,
      bytesTotal: 1,
      timestampJumpsTotal: 0,
    }
    under.host.newest.send({
      type: 'stats',
      at: new Date(atMs).toISOString(),
      process: { cpuSeconds: 0, rssBytes: 0, loopLagMs: 0 },
      channels: [
        {
          channelId: channel.id,
          inputs: [{ ...input, maxGapMs: 0, sessionMs: totals.ageMs, line }],
          outputs: outputs.filter(({ id }) => isRunning(id)).map(({ id }) => ({ outputId: id, ...figures })),
          playback: null,
          broadcast: { ...publish, startedAt: new Date(atMs - totals.ageMs).toISOString(), endedAt: null },
          processing: { p50Ms: 2, p95Ms: 5, p99Ms: 9, samples: 300 },
        },
      ],
    })
  }
  const report = (): void => {
    const input = { inputId, role: 'primary', state: 'receiving', onAir: true, since: new Date(0).toISOString(), protocol: 'srt' } as const
    const rest = { remoteAddress: null, encoder: null, video: null, audio: null, otherTracks: [], lastProblem: null }
    const inputs: InputActual[] = [{ ...input, ...rest }]
    under.host.newest.live.add(channel.id)
    under.host.newest.report(channel.id, { inputs }, 'live')
  }
  /** Waits until control has taken all that was sent so far. */
  const settle = async (): Promise<void> => {
    const wanted = new Date(atMs).toISOString()
    const isInTime = patience('the figures')
    for (; (await operator.ok<ChannelStats>('GET', paths.channelStats(channel.id))).at !== wanted; isInTime()) await turn()
  }
  const run = async (seconds: number, line: Line): Promise<void> => {
    report()
    second(line)
    await settle()
    for (let s = 1; s < seconds; s++) second(line)
    await settle()
  }
  const names = async (): Promise<string[]> =>
    (await operator.ok<Page<StoredEvent>>('GET', `${paths.channelTimeline(channel.id)}?limit=200`)).items.map((event) => event.name)
  const event = async (name: string): Promise<StoredEvent> => {
    for (const isInTime = patience(name); ; isInTime()) {
      const { items } = await operator.ok<Page<StoredEvent>>('GET', `${paths.channelTimeline(channel.id)}?limit=200`)
      const found = items.find((one) => one.name === name)
      if (found !== undefined) return found
      await turn()
    }
  }
  const rollback = (): Promise<Rollback> => operator.ok('GET', paths.channelRollback(channel.id))
  /** Asks until the rollback is as it should be, and tells the engine's side of it. */
  const until = async (isGood: (now: Rollback) => boolean): Promise<Rollback> => {
    for (const isInTime = patience('the rollback'); ; isInTime()) {
      const now = await rollback()
      if (isGood(now)) return now
      await turn()
    }
  }
  const ledger = (): Promise<LatencyLedger> => operator.ok('GET', paths.channelLatency(channel.id))
  const arm = (isArmed: boolean): Promise<Channel> =>
    operator.ok('PATCH', paths.channel(channel.id), { autoRollback: { isArmed, keep: 2 } })
  await under.host.newest.until(() => (under.host.newest.specs.get(channel.id)?.outputs.length ?? 0) === 4)
  return { channel, outputs, run, rollback, until, names, event, ledger, arm, now: () => atMs, leapTo: (ms: number) => (atMs = ms) }
}
/** Fails when it is asked for longer than a loaded machine needs. */
const patience = (what: string): (() => void) => {
  const endMs = performance.now() + 15_000
  return () => assert.ok(performance.now() < endMs, `${what} did not come within 15 s`)
}
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

const bad: Line = { loss: 0.05, down: 0.25 }
const good: Line = { loss: 0, down: 0 }

test('loss and failures over the window roll a channel back by itself, and stability gives it back, also over a restart of control [OPS-05] [OPS-06]', async () => {
  const show = await makeShow()
  await show.run(420, bad)
  assert.equal((await show.rollback()).isActive, false, 'off until it is armed')
  assert.equal((await show.rollback()).guard, null)

  assert.deepEqual((await show.arm(true)).autoRollback, { isArmed: true, keep: 2 })
  assert.match((await show.event('rollback.armed')).message, /armed the automatic rollback: 2 outputs would stay/)
  await show.run(1, bad)
  await show.run(60 * 3, bad)
  assert.equal((await show.until(({ guard }) => (guard?.minutes ?? 0) >= 2)).guard?.state, 'gathering')

  await under.control.leave()
  under = await startTestControl({ dataDir, host: under.host })
  operator = under.operator.with({ 'sluice-workspace': workspaceId })
  await show.run(1, bad)
  await turn()
  await show.run(60 * 3, bad)
  const rolled = await show.until((now) => now.isActive)
  assert.deepEqual([rolled.actor, rolled.isAutomatic, rolled.kept.length, rolled.stopped.length], ['guardrail', true, 2, 2])
  assert.match(rolled.cause ?? '', /5\.0 % of the input lost \(limit 2\.0 %\), outputs down 25\.0 % of the time \(limit 3\.0 %\)/)
  const started = await show.event('rollback.started')
  assert.match(started.message, /^guardrail rolled the channel back\. Kept: P4, P3\. Stopped: P2, P1; over 5 minutes/)
  assert.equal(started.data['isAutomatic'], true)

  const leaptMs = Date.now()
  show.leapTo(leaptMs)
  await show.run(60 * 4, good)
  assert.equal((await show.rollback()).isActive, true)
  const { guard } = await show.until((now) => now.guard?.state === 'held' && now.guard.minutes >= 3)
  // Minutes are whole minutes of the clock: the first one may have begun before.
  const endsInMs = Date.parse(guard?.endsAt ?? '') - leaptMs
  assert.ok(endsInMs > 5 * 60_000 && endsInMs <= 6 * 60_000, `the countdown ends after ${endsInMs / 1000} s`)
  await show.run(60 * 3, good)
  const back = await show.until((now) => !now.isActive)
  assert.deepEqual([back.kept.length, back.isAutomatic], [4, false])
  assert.match((await show.event('rollback.ended')).message, /^guardrail ended the rollback: P\d, P\d run again, .*; stable for 5 minutes/)

  await show.arm(false)
  await show.event('rollback.disarmed')
  const { items } = await operator.ok<Page<AuditEntry>>('GET', paths.audit)
  const told = items.map((entry) => `${entry.actor}: ${entry.summary}`)
  assert.ok(told.includes('guardrail: Rolled Show back. Kept: P4, P3. Stopped: P2, P1.'))
  assert.ok(told.some((line) => line.endsWith('Disarmed the automatic rollback of Show.')))
})

test('a rollback by hand does not end by itself, and one is not started over it [OPS-06]', async () => {
  const show = await makeShow()
  await show.arm(true)
  await operator.ok('POST', paths.channelRollback(show.channel.id), { keep: 1 })
  show.leapTo(Date.now())
  await show.run(1, good)
  await turn()
  await show.run(60 * 7, good)
  const held = await show.until(({ guard }) => guard?.minutes === 5)
  assert.deepEqual([held.isActive, held.isAutomatic, held.guard?.state], [true, false, 'held'])
})

test('a reader may not arm a rollback nor set a budget, and values outside of their range are refused', async () => {
  const { channel } = await makeShow()
  const reader = await readOnly(operator)
  assert.equal((await reader.refused('PATCH', paths.channel(channel.id), { autoRollback: { isArmed: true } })).code, 'SCOPE_MISSING')
  assert.equal((await operator.refused('PATCH', paths.channel(channel.id), { autoRollback: { keep: 0 } })).code, 'REQUEST_INVALID')
  assert.equal(
    (await operator.refused('PATCH', paths.channel(channel.id), { latencyBudgets: { contribution: 9000 } })).code,
    'REQUEST_INVALID',
  )
  assert.equal((await reader.ok<LatencyLedger>('GET', paths.channelLatency(channel.id))).channelId, channel.id)
  const stranger = (await under.newWorkspace()).operator
  assert.equal((await stranger.refused('GET', paths.channelLatency(channel.id))).code, 'NOT_FOUND')
})

test('figures come with their verdicts, in words and in /metrics, and lose them when all is well again [OBS-01] [LAT-10]', async () => {
  const show = await makeShow()
  const ofInput = async () => (await operator.ok<ChannelStats>('GET', paths.channelStats(show.channel.id))).inputs[0]!
  const loss = async () => (await ofInput()).verdicts?.find(({ code }) => code === 'loss')
  await show.run(40, bad)
  const found = await loss()
  assert.deepEqual([found?.subject, found?.level], ['line', 'warn'])
  assert.match(found?.sentence ?? '', /^5\.0 % of the packets were lost before recovery in the last minute \(limit 1 %\)/)
  const labels = `channel="${show.channel.id}",subject="line",id="${(await ofInput()).inputId}",code="loss"`
  const metrics = async (): Promise<string> => String((await under.operator.get('/metrics')).body)
  assert.ok((await metrics()).includes(`sluice_verdict{${labels}} 1`))
  await show.run(62, good)
  assert.equal(await loss(), undefined)
  assert.ok(!(await metrics()).includes(labels))
})

test('the ledger tells every stage, a breach and its end are events, and a budget of the channel’s own counts [LAT-01] [LAT-08]', async () => {
  const show = await makeShow()
  await show.run(40, { ...good, queueMs: 900, ackAgeMs: 400 })
  const stage = async (name: string) => (await show.ledger()).stages.find((one) => one.stage === name)!
  assert.match((await show.event('latency.breached')).message, /^Latency: queue takes 900 ms, over its budget of 500 ms for 30 s/)
  const queue = await stage('queue')
  assert.ok(queue.breachedSince !== null)
  assert.deepEqual([(await stage('contribution')).ms, (await stage('processing')).ms, (await stage('acceptance')).ms], [260, 5, 400])
  assert.equal((await show.ledger()).ownMs, 905)
  const metrics = String((await under.operator.get('/metrics')).body)
  assert.match(metrics, new RegExp(`sluice_latency_breached\\{channel="${show.channel.id}",stage="queue"\\} 1`))
  assert.match(
    metrics,
    new RegExp(`sluice_output_publish_success_ratio\\{channel="${show.channel.id}",output="${show.outputs[0]!.id}"\\} 1`),
  )

  /** A budget holds from the reload of its channel on, a moment after the answer. */
  const budgeted = async (toMs: number | null): Promise<void> => {
    await operator.ok('PATCH', paths.channel(show.channel.id), { latencyBudgets: { queue: toMs } })
    const isInTime = patience('the budget')
    for (; (await stage('queue')).budget.toMs !== (toMs ?? 500); isInTime()) await turn()
  }
  await budgeted(2000)
  await show.run(40, { ...good, queueMs: 900 })
  assert.match((await show.event('latency.recovered')).message, /back within its budget of 2000 ms/)
  assert.deepEqual((await stage('queue')).budget, { fromMs: 0, toMs: 2000, isOwn: true })
  await budgeted(null)
  await show.run(2, { ...good, queueMs: 900 })
  assert.deepEqual((await stage('queue')).budget, { fromMs: 0, toMs: 500, isOwn: false })

  assert.deepEqual([(await stage('capture')).basis, (await stage('capture')).ms], ['expected', null])
  await operator.ok('PATCH', paths.channel(show.channel.id), { latencyBudgets: { declaredCapture: 150 } })
  const isInTime = patience('the declared capture')
  for (; (await stage('capture')).ms !== 150; isInTime()) await turn()
  assert.deepEqual([(await stage('capture')).basis, (await stage('capture')).verdict], ['declared', 'within'])
})
