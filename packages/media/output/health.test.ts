import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueBytes, judgeHealth, type Progress } from './health.ts'

const nowMs = 50_000
const fine: Progress = {
  queueStandsSinceMs: null,
  unackedBytes: 200_000,
  lastAckMs: nowMs - 500,
  dueAgeMs: null,
  ackAgeMs: 0,
  heldForMs: 0,
  isShut: false,
  lastWriteMs: nowMs - 30,
  unconfirmedSinceMs: null,
}
const cases: { name: string; progress: Partial<Progress>; evidence?: RegExp }[] = [
  { name: 'a connection that is read is well', progress: {} },
  { name: 'a queue that moves is well', progress: { queueStandsSinceMs: nowMs - 2499 } },
  {
    name: 'a queue that stands for 2.5 s is stalled',
    progress: { queueStandsSinceMs: nowMs - 2500 },
    evidence: /^nothing was sent for 2\.5 s$/,
  },
  { name: 'nothing queued and nothing sent for long is well: there was nothing to send', progress: { lastWriteMs: 0, lastAckMs: 0 } },
  {
    name: 'acknowledgements that stop for 4 s while one is due are a stall [OUT-03]',
    progress: { lastAckMs: nowMs - 4000, unackedBytes: 600_000, dueAgeMs: 1000 },
    evidence: /^no acknowledgement for 4\.0 s, 600 kB sent meanwhile$/,
  },
  {
    name: 'a window that is shut for 1 s is a stall, acknowledged before or not [OUT-03]',
    progress: { heldForMs: 1000, isShut: true, unackedBytes: null, lastAckMs: null },
    evidence: /^its machine has accepted no data for 1\.0 s$/,
  },
  { name: 'one that is shut for less is well', progress: { heldForMs: 999, isShut: true, unackedBytes: null, lastAckMs: null } },
  {
    name: 'bytes that the kernel has held for 2.5 s on their way are a stall',
    progress: { heldForMs: 2500 },
    evidence: /^its machine has accepted no data for 2\.5 s$/,
  },
  { name: 'bytes that it has held for less are well', progress: { heldForMs: 2499 } },
  { name: 'less than 4 s without one are well', progress: { lastAckMs: nowMs - 3999, unackedBytes: 9_000_000, dueAgeMs: 3000 } },
  { name: 'none is due while less is on its way than the rhythm asks for, however long it takes', progress: { lastAckMs: 0 } },
  {
    name: 'an encoder that hung for 6 s and sends 3 MB at once makes none overdue',
    progress: { lastAckMs: nowMs - 6200, unackedBytes: 3_200_000, dueAgeMs: 600 },
  },
  {
    name: 'a far end behind a long line is given the time that its acknowledgements take',
    progress: { lastAckMs: nowMs - 4100, unackedBytes: 600_000, dueAgeMs: 2600, ackAgeMs: 1700 },
  },
  { name: 'a far end that never acknowledges is judged by the queue alone', progress: { unackedBytes: null, lastAckMs: null } },
  {
    name: 'without media to send acknowledgements are not missed',
    progress: { lastAckMs: 0, unackedBytes: 9_000_000, dueAgeMs: 9000, lastWriteMs: nowMs - 1500 },
  },
  {
    name: 'a new session of which nothing is confirmed for 4.5 s is stalled [OUT-03]',
    progress: { unackedBytes: null, lastAckMs: null, unconfirmedSinceMs: nowMs - 4500 },
    evidence: /^it has confirmed none of the media sent in 4\.5 s$/,
  },
  { name: 'one that has waited for less is given its time', progress: { unconfirmedSinceMs: nowMs - 4499 } },
]
for (const { name, progress, evidence } of cases) {
  test(name, () => {
    const health = judgeHealth({ ...fine, ...progress }, nowMs)
    assert.equal(health.isStalled, evidence !== undefined)
    if (health.isStalled) assert.match(health.evidence, evidence!)
  })
}

test('an acknowledgement is due behind twice the largest step, and never behind less than twice the window that was asked for', () => {
  assert.equal(dueBytes(3073, 256 * 1024), 512 * 1024)
  assert.equal(dueBytes(3073, 750_000), 1_500_000)
  assert.equal(dueBytes(2_500_000, 256 * 1024), 5_000_000)
})
