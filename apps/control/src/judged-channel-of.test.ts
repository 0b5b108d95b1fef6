import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classPolicies, type OutputLimits } from '@sluice/contract/policy'
import { planRungs } from '@sluice/judge/plan'
import type { ChannelConfig } from './desired/index.ts'
import { loadCatalogue } from './destinations/index.ts'
import { judgedChannelOf } from './judged-channel-of.ts'
import { plannedOutputs } from './services/plan/index.ts'

type Wished = { rung?: string; platform?: string; limits?: OutputLimits; kbps?: number }
const catalogue = loadCatalogue()

/** What the only output of a channel is held against, for a source of that bitrate. */
function limitFor({ rung = 'auto', platform = 'twitch', limits, kbps = 7000 }: Wished) {
  const output = {
    ...{ id: 'o', name: 'O', class: 'B', priority: 100, rung, latency: 'standard', desired: 'running', platform, policy: classPolicies.B },
    url: platform === 'twitch' ? 'rtmp://live.twitch.tv/app' : 'rtmp://somewhere.example/app',
    limits: limits === undefined ? null : JSON.stringify(limits),
  }
  const record = { channel: { id: 'c', latency_budgets: null }, outputClasses: ['B'], policies: classPolicies }
  // Safe because nothing else of the rows is read here.
  const config = { record, outputs: [output], rungs: [], ladder: null, isRolledBack: false } as never as ChannelConfig
  const video = { codec: 'h264', width: 1920, height: 1080, fps: 30, kbps, gopMs: 2000 }
  const machine = { cores: 32, calibration: null, problem: null, correction: 1 }
  const plan = planRungs({
    ...{ channelId: 'c', liveSinceMs: null, sources: [{ video, audio: null }], machine, others: [] },
    ...{ outputs: plannedOutputs(config.outputs, catalogue), rungs: [], ladder: null, isRolledBack: false },
  })
  const [judged] = judgedChannelOf(config, plan, catalogue).outputs
  return { ...judged?.limit, isEncoded: judged?.isEncoded }
}

const cases: { name: string; wished: Wished; kbps: number | null; from: string; isEncoded?: true }[] = [
  { name: '`auto` passes it through: what the destination accepts', wished: {}, kbps: 8000, from: 'destination' },
  { name: '`auto`, a destination without a known limit: none', wished: { platform: 'custom' }, kbps: null, from: 'destination' },
  { name: '`auto`, with a limit of its own that is lower', wished: { limits: { maxVideoKbps: 7500 } }, kbps: 7500, from: 'output' },
  { name: '`source`: the cap of the class, as ever [POL-05]', wished: { rung: 'source' }, kbps: 5000, from: 'class' },
  { name: '`source` with a limit of its own', wished: { rung: 'source', limits: { maxVideoKbps: 4000 } }, kbps: 4000, from: 'output' },
  { name: 'an encode: the cap of the class', wished: { kbps: 9000 }, kbps: 5000, from: 'class', isEncoded: true },
]
for (const { name, wished, kbps, from, isEncoded = false } of cases) {
  test(`what the bitrate of an output is held against: ${name}`, () => {
    assert.deepEqual(limitFor(wished), { kbps, from, isEncoded })
  })
}
