import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeHealth, type Progress } from './health.ts'

const nowMs = 50_000
const fine: Progress = {
  queuedBytes: 0,
  lastProgressMs: nowMs - 30,
  unackedBytes: 200_000,
  lastAckMs: nowMs - 500,
  ackStepBytes: 262_144,
  heldForMs: 0,
  isShut: false,
  lastWriteMs: nowMs - 30,
}
const cases: { name: string; progress: Partial<Progress>; evidence?: RegExp }[] = [
  { name: 'a connection that is read is well', progress: {} },
  { name: 'a queue that moves is well', progress: { queuedBytes: 3_000_000, lastProgressMs: nowMs - 2499 } },
  {
    name: 'a queue that stands for 2.5 s is stalled',
    progress: { queuedBytes: 1, lastProgressMs: nowMs - 2500 },
    evidence: /^no byte has left for 2\.5 s$/,
  },
  {
    name: 'nothing queued and nothing sent for long is well: there was nothing to send',
    progress: { lastProgressMs: 0, lastWriteMs: 0, lastAckMs: 0 },
  },
  {
    name: 'acknowledgements that stop for 4 s while more than two steps are on their way are a stall [OUT-03]',
    progress: { lastAckMs: nowMs - 4000, unackedBytes: 600_000 },
    evidence: /^no acknowledgement for 4\.0 s, 600000 bytes sent meanwhile$/,
  },
  {
    name: 'a window that is shut for 1 s is a stall, acknowledged before or not [OUT-03]',
    progress: { heldForMs: 1000, isShut: true, unackedBytes: null, lastAckMs: null },
    evidence: /^its machine has taken nothing for 1\.0 s$/,
  },
  { name: 'one that is shut for less is well', progress: { heldForMs: 999, isShut: true, unackedBytes: null, lastAckMs: null } },
  {
    name: 'bytes that the kernel has held for 2.5 s on their way are a stall',
    progress: { heldForMs: 2500 },
    evidence: /^its machine has taken nothing for 2\.5 s$/,
  },
  { name: 'bytes that it has held for less are well', progress: { heldForMs: 2499 } },
  { name: 'less than 4 s without one are well', progress: { lastAckMs: nowMs - 3999, unackedBytes: 9_000_000 } },
  { name: 'less than two steps on their way are well, however long it takes', progress: { lastAckMs: 0, unackedBytes: 524_288 } },
  {
    name: 'a far end that acknowledges each 2.5 MB is given its time',
    progress: { lastAckMs: 0, unackedBytes: 4_900_000, ackStepBytes: 2_500_000 },
  },
  {
    name: 'a small first acknowledgement teaches no small step',
    progress: { lastAckMs: nowMs - 9000, unackedBytes: 500_000, ackStepBytes: 3073 },
  },
  { name: 'a far end that never acknowledges is judged by the queue alone', progress: { unackedBytes: null, lastAckMs: null } },
  {
    name: 'without media to send acknowledgements are not missed',
    progress: { lastAckMs: 0, unackedBytes: 9_000_000, lastWriteMs: nowMs - 1500 },
  },
]
for (const { name, progress, evidence } of cases) {
  test(name, () => {
    const health = judgeHealth({ ...fine, ...progress }, nowMs)
    assert.equal(health.isStalled, evidence !== undefined)
    if (health.isStalled) assert.match(health.evidence, evidence!)
  })
}
