import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLegalMove, type SourceName } from './moves.ts'
import { holdLeftMs, type InputHealth, nextSource, type SwitchPolicy, type SwitchState, takeSource } from './next-source.ts'

const nowMs = 100_000
const triggers = { noKeyFrame: true, bitrateShare: 0.1, timeStall: true, audioLoss: true }
const policy: SwitchPolicy = { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 0, maxGopMs: 5000, triggers }
const good: InputHealth = { isOpen: true, lastFrameMs: nowMs - 20, hasKey: true, cleanSinceMs: nowMs - 31_000, fault: null }
const fresh: InputHealth = { ...good, cleanSinceMs: nowMs - 29_999 }
const silent: InputHealth = { ...good, lastFrameMs: nowMs - 2500 }
const almostSilent: InputHealth = { ...good, lastFrameMs: nowMs - 2499 }
const keyless: InputHealth = { ...good, hasKey: false }
const unclean: InputHealth = { ...good, cleanSinceMs: null }
const gone: InputHealth = { isOpen: false, lastFrameMs: null, hasKey: false, cleanSinceMs: null, fault: null }
const opened: InputHealth = { ...gone, isOpen: true }
const faulty: InputHealth = { ...good, fault: 'audio-lost' }

type Case = [name: string, source: SourceName, primary: InputHealth, backup: InputHealth, lock: SwitchPolicy['lock'], want: string | null]
const cases: Case[] = [
  ['nothing there stays nothing', 'none', gone, gone, 'auto', null],
  ['a primary starts', 'none', good, gone, 'auto', 'primary start'],
  ['a primary without a key frame does not', 'none', keyless, gone, 'auto', null],
  ['a backup starts alone', 'none', gone, good, 'auto', 'backup start'],
  ['the primary goes first of two', 'none', fresh, good, 'auto', 'primary start'],
  ['a backup starts while the primary has a session and no media', 'none', opened, good, 'auto', 'backup start'],
  ['a good primary stays', 'primary', good, good, 'auto', null],
  ['a closed primary gives way at once', 'primary', gone, good, 'auto', 'backup closed'],
  ['a closed primary without a backup ends the programme', 'primary', gone, gone, 'auto', 'none closed'],
  ['a closed primary with a silent backup ends the programme', 'primary', gone, silent, 'auto', 'none closed'],
  ['a silent primary gives way at the trigger', 'primary', silent, good, 'auto', 'backup silent'],
  ['a primary silent for less stays', 'primary', almostSilent, good, 'auto', null],
  ['a silent primary stays when nothing better is there', 'primary', silent, silent, 'auto', null],
  ['a silent primary stays while the backup has no key frame', 'primary', silent, keyless, 'auto', null],
  ['a reopened primary that gives nothing yet gives way', 'primary', opened, good, 'auto', 'backup silent'],
  ['the backup stays while the primary is not clean for the hold', 'backup', fresh, good, 'auto', null],
  ['the primary returns after the hold', 'backup', good, good, 'auto', 'primary returned'],
  ['an unclean primary never returns', 'backup', unclean, good, 'auto', null],
  ['a silent backup gives way to the primary without any hold', 'backup', fresh, silent, 'auto', 'primary silent'],
  ['a closed backup gives way to the primary without any hold', 'backup', fresh, gone, 'auto', 'primary closed'],
  ['a lock takes a ready input at once', 'primary', good, good, 'backup', 'backup locked'],
  ['a lock from nothing is a start', 'none', good, good, 'backup', 'backup start'],
  ['a lock waits for its input and keeps what is on the air', 'primary', good, keyless, 'backup', null],
  ['a lock keeps its input when it falls silent', 'backup', good, silent, 'backup', null],
  ['a lock keeps its input when it closes, and takes no other', 'backup', good, gone, 'backup', 'none closed'],
  ['a lock starts no other input', 'none', good, gone, 'backup', null],
  ['what is on the air beside a lock ends when it closes', 'primary', gone, keyless, 'backup', 'none closed'],
  ['a lock on the primary takes it back without the hold', 'backup', fresh, good, 'primary', 'primary locked'],
]
const state = (source: SourceName, sinceMs = 0, canSlate = false): SwitchState => ({ source, sinceMs, canSlate })

for (const [name, source, primary, backup, lock, want] of cases) {
  test(name, () => {
    const change = nextSource(state(source), { primary, backup }, { ...policy, lock }, nowMs)
    assert.equal(change === null ? null : `${change.to} ${change.cause}`, want)
  })
}

const slateCases: Case[] = [
  ['a closed primary without a backup leaves slate', 'primary', gone, gone, 'auto', 'slate closed'],
  ['a silent primary without a backup leaves slate at the trigger', 'primary', silent, gone, 'auto', 'slate silent'],
  ['a silent primary with a silent backup leaves slate', 'primary', silent, silent, 'auto', 'slate silent'],
  ['a primary silent for less leaves none', 'primary', almostSilent, gone, 'auto', null],
  ['a backup that dies on the air leaves slate [FAI-13]', 'backup', gone, gone, 'auto', 'slate closed'],
  ['a backup goes before slate', 'primary', gone, good, 'auto', 'backup closed'],
  ['slate gives way to the primary at once', 'slate', fresh, gone, 'auto', 'primary resumed'],
  ['slate gives way to the backup at once', 'slate', gone, fresh, 'auto', 'backup resumed'],
  ['slate stays while inputs have no key frame', 'slate', keyless, opened, 'auto', null],
  ['a pinned input that dies leaves slate, not the other', 'backup', good, gone, 'backup', 'slate closed'],
  ['a pinned input that falls silent leaves slate', 'backup', good, silent, 'backup', 'slate silent'],
  ['slate waits for the pinned input', 'slate', good, gone, 'backup', null],
]
for (const [name, source, primary, backup, lock, want] of slateCases) {
  test(name, () => {
    const change = nextSource(state(source, nowMs - 1000, true), { primary, backup }, { ...policy, lock, slateMs: 60_000 }, nowMs)
    assert.equal(change === null ? null : `${change.to} ${change.cause}`, want)
  })
}

test('slate ends on purpose at its limit, and not before', () => {
  const limited = { ...policy, slateMs: 60_000 }
  const inputs = { primary: gone, backup: gone }
  assert.equal(nextSource(state('slate', nowMs - 59_999, true), inputs, limited, nowMs), null)
  assert.deepEqual(nextSource(state('slate', nowMs - 60_000, true), inputs, limited, nowMs), { to: 'none', cause: 'expired' })
})

const faultCases: Case[] = [
  ['a fault of the media gives way to a sound input', 'primary', faulty, good, 'auto', 'backup audio-lost'],
  ['a fault stays on the air when the other has one too', 'primary', faulty, faulty, 'auto', null],
  ['a fault stays on the air when there is no other, and never leaves slate', 'primary', faulty, gone, 'auto', null],
  ['a fault stays on the air under a lock', 'primary', faulty, good, 'primary', null],
  ['a faulty backup gives way to a sound primary without any hold', 'backup', fresh, faulty, 'auto', 'primary audio-lost'],
  ['a faulty primary does not return', 'backup', faulty, good, 'auto', null],
]
for (const [name, source, primary, backup, lock, want] of faultCases) {
  test(name, () => {
    const change = nextSource(state(source, 0, true), { primary, backup }, { ...policy, lock, slateMs: 60_000 }, nowMs)
    assert.equal(change === null ? null : `${change.to} ${change.cause}`, want)
  })
}

test('two inputs that are bad by turns change the source every ten seconds at the most', () => {
  assert.equal(nextSource(state('backup', nowMs - 9999), { primary: fresh, backup: faulty }, policy, nowMs), null)
  assert.equal(nextSource(state('backup', nowMs - 10_000), { primary: fresh, backup: faulty }, policy, nowMs)?.cause, 'audio-lost')
})

test('the hold counts from the switch: a primary that was left for its media or by hand does not return at once [FAI-06]', () => {
  const inputs = { primary: good, backup: good }
  assert.equal(nextSource(state('backup', nowMs - 29_999), inputs, policy, nowMs), null)
  assert.equal(holdLeftMs(state('backup', nowMs - 29_999), good, policy, nowMs), 1)
  assert.equal(nextSource(state('backup', nowMs - 30_000), inputs, policy, nowMs)?.cause, 'returned')
  assert.equal(holdLeftMs(state('backup'), unclean, policy, nowMs), null)
})

const takes = [
  { name: 'takes a ready input without a lock', source: 'primary', backup: good, lock: 'auto', want: 'backup taken' },
  { name: 'takes nothing from an input without a key frame', source: 'primary', backup: keyless, lock: 'auto', want: null },
  { name: 'takes nothing from a silent input', source: 'primary', backup: silent, lock: 'auto', want: null },
  { name: 'stays where it is', source: 'backup', backup: good, lock: 'auto', want: null },
  { name: 'is refused by a lock on the other input', source: 'primary', backup: good, lock: 'primary', want: null },
  { name: 'ends slate', source: 'slate', backup: good, lock: 'auto', want: 'backup resumed' },
] as const
for (const { name, source, backup, lock, want } of takes) {
  test(`the operator's take ${name}`, () => {
    const change = takeSource(state(source), { primary: good, backup }, { ...policy, lock }, 'backup', nowMs)
    assert.equal(change === null ? null : `${change.to} ${change.cause}`, want)
  })
}

test('every decision, out of any state and health, is in the table of legal moves', () => {
  const healths = [good, fresh, silent, almostSilent, keyless, unclean, gone, opened, faulty]
  let decisions = 0
  for (const source of ['none', 'primary', 'backup', 'slate'] as const) {
    for (const primary of healths) {
      for (const backup of healths) {
        for (const lock of ['auto', 'primary', 'backup'] as const) {
          for (const slateMs of [0, 60_000]) {
            const from = state(source, 0, true)
            const limits = { ...policy, lock, slateMs }
            const steps = [
              nextSource(from, { primary, backup }, limits, nowMs),
              takeSource(from, { primary, backup }, limits, 'backup', nowMs),
            ]
            for (const step of steps) {
              if (step === null) continue
              decisions++
              assert.ok(isLegalMove(source, step.to, step.cause), `${source} -> ${step.to} by ${step.cause}`)
            }
          }
        }
      }
    }
  }
  assert.ok(decisions > 500, `${decisions} decisions`)
})
