import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelPlan } from '@sluice/contract/api'
import { formatPlan } from './plan.ts'

const video = { codec: 'h264', width: 1280, height: 720, fps: { num: 30_000, den: 1001 }, bitrateKbps: 3000, gopMs: 2000 } as const
const audio = { codec: 'aac', bitrateKbps: 128, channels: 2, track: 0, gainDb: 0 } as const
const plan: ChannelPlan = {
  channelId: 'c',
  source: {
    video: { codec: 'h264', width: 1920, height: 1080, fps: 59.94, kbps: 8400, gopMs: 2000 },
    audio: { codec: 'aac', sampleRate: 48_000, channels: 2, kbps: 128 },
  },
  rungs: [
    {
      ...{ id: 'r', rungId: null, name: '720p30', outputs: ['b'], reason: '' },
      spec: { rungId: 'r', name: '720p30', video: { ...video, preset: 'veryfast', fit: 'fit', cropAt: 0.5 }, audio },
      cost: { cpuPercent: 45.4, measuredPercent: 38 },
      ...{ actual: { state: 'running', reason: null }, latencyMs: 84.6 },
    },
  ],
  outputs: [
    { outputId: 'a', name: 'YouTube', rung: 'source', code: 'source-fits', reason: 'The source fits.', warning: null, warningCode: null },
    {
      ...{ outputId: 'b', name: 'Twitch', rung: 'r', code: 'source-bitrate', reason: 'Twitch takes at most 8000 kbps.' },
      ...{ warning: null, warningCode: null },
    },
  ],
  player: { rungs: ['source', 'r'], reason: 'The player gets the source and "720p30".', warning: null },
  fits: true,
  load: { cores: 2, budgetPercent: 140, channelPercent: 85, decodePercent: 40, othersPercent: 0, isCalibrated: false },
  warnings: ['Something to know.'],
}

test('a plan is drawn as a tree: the source, each encode with its share of the CPU, the outputs with their reasons', () => {
  assert.equal(
    formatPlan(plan, 'Show'),
    `Show: 1920x1080, 59.94 frames/s, 8400 kbps h264
├─ source, untouched
│  ├─ YouTube  The source fits.
│  └─ player
└─ 720p30: 1280x720, 29.97 frames/s, 3000 kbps h264, AAC 128 kbps  [45 % of a core, 38 % now, adds 85 ms]
   ├─ Twitch  Twitch takes at most 8000 kbps.
   └─ player
Encoding takes 85 % of a core (decoding 40 %); this machine gives 140 % (prices of a usual machine: this one is not measured yet).
! Something to know.
`,
  )
})

test('an output that does not get its encode has its warning in place of the reason', () => {
  const [, twitch] = plan.outputs
  const reduced = { ...twitch!, rung: 'source', warning: 'This machine cannot encode.', warningCode: 'no-encoder' as const }
  const text = formatPlan({ ...plan, outputs: [reduced], warnings: [] }, 'Show')
  assert.match(text, /Twitch {2}! This machine cannot encode\.\n/)
  assert.doesNotMatch(text, /takes at most/)
})

test('a player without a ladder is offered one with its price', () => {
  const player = {
    rungs: ['source'],
    reason: '',
    warning: null,
    offer: { rungs: ['Ladder 720p', 'Ladder 360p'], cpuPercent: 61.6, lowersPresets: true },
  }
  assert.match(
    formatPlan({ ...plan, player }, 'Show'),
    /\nThe player has no ladder\. Ladder 720p, Ladder 360p would take 62 % of a core, and lower the presets of the other encodes: sluice rung ladder 'Show' auto\n/,
  )
})

test('before an encoder has sent the drawing says so', () => {
  assert.match(
    formatPlan({ ...plan, source: null, rungs: [], outputs: [], player: { ...plan.player, rungs: ['source'] }, warnings: [] }, 'Show'),
    /^Show: no encoder has sent yet\n/,
  )
})
