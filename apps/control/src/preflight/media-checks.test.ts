import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChannelPlan, type PlanCode, planCodes } from '@sluice/contract/api'
import type { RungActual } from '@sluice/contract/link'
import { shortfallOf } from '@sluice/judge/plan'
import { makeInputActual, makeInputStats } from '@sluice/testkit/rows'
import { mediaChecks } from './media-checks.ts'

const video = { codec: 'h264', codecString: 'avc1.640028', profile: 'High 4.0', width: 1920, height: 1080, declaredFps: 30 }
const source = { input: makeInputActual({ video }), stats: makeInputStats({ videoBps: 9_000_000, fps: 30, gopMs: 2000 }) }
const limits = { class: 'B', gopMs: 2000, maxVideoKbps: 6000, isOwn: false } as const
type Way = { rung?: string; code?: PlanCode; warningCode?: PlanCode | null; actual?: RungActual['state'] }

function look({ rung = 'source', code = 'source-bitrate', warningCode = null, actual = 'running' }: Way) {
  const way = {
    outputId: 'o',
    name: 'Twitch',
    rung,
    code,
    reason: 'Because.',
    warning: warningCode === null ? null : 'Not so.',
    warningCode,
  }
  const spec = {
    rungId: 'r',
    name: 'Low',
    video: null,
    audio: { codec: 'aac', bitrateKbps: 128, channels: 2, track: 0, gainDb: 0 },
  } as const
  const rungs: ChannelPlan['rungs'] = [
    {
      ...{
        id: 'r',
        rungId: 'r',
        name: 'Low',
        spec,
        outputs: [],
        reason: '',
        cost: { cpuPercent: 1, measuredPercent: null },
        latencyMs: null,
      },
      actual: { state: actual, reason: null },
    },
  ]
  const checks = mediaChecks({ outputId: 'o', limits }, { rules: undefined, source, plan: { outputs: [way], rungs } })
  const verdictOf = (name: string) => checks.find(({ check }) => check === name)?.verdict ?? null
  return { encode: verdictOf('encode'), bitrate: verdictOf('bitrate'), fix: checks.find(({ check }) => check === 'encode')?.fix ?? null }
}

// Every code there is: a new one has to say what it means as a warning.
for (const warningCode of planCodes) {
  const isReplaced = shortfallOf(warningCode) === 'replaced'
  const name = isReplaced ? 'says that its encode is missing, and judges the source that goes out instead' : 'judges the source alone'
  test(`an output on the source with the warning ${warningCode} ${name}`, () => {
    const { encode, bitrate, fix } = look({ warningCode })
    assert.deepEqual([encode, bitrate], [isReplaced ? 'warn' : null, 'warn'])
    assert.equal(fix !== null && fix !== '', isReplaced)
  })
}

test('the encodes that can be missing are these', () => {
  const replaced = planCodes.filter((code) => shortfallOf(code) === 'replaced')
  assert.deepEqual(replaced, ['rung-gone', 'no-encoder', 'no-room', 'enhanced-no-room', 'rung-failed'])
})

test('an output on a rung is judged by its encode: well, in place of another, or with nothing coming out of it', () => {
  const cases: [Way, string][] = [
    [{}, 'pass'],
    [{ warningCode: 'no-room' }, 'warn'],
    [{ warningCode: 'rung-failed' }, 'warn'],
    [{ warningCode: 'rung-failed', actual: 'failed' }, 'fail'],
    [{ actual: 'failed' }, 'fail'],
    [{ actual: 'off' }, 'fail'],
    [{ actual: 'reduced' }, 'pass'],
  ]
  for (const [way, verdict] of cases)
    assert.deepEqual([look({ ...way, rung: 'r' }).encode, look({ ...way, rung: 'r' }).bitrate], [verdict, null])
})
