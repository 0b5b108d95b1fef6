import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InputRole, SourceName } from '@sluice/base/words'
import { isLegalMove } from './moves.ts'
import {
  type InputHealth,
  nextReturn,
  nextSource,
  type SwitchInput,
  type SwitchPolicy,
  type SwitchState,
  takeSource,
} from './next-source.ts'

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

/** Inputs in order of rank: primary, backup, backup2 and so on. */
const roles: readonly InputRole[] = ['primary', 'backup', 'backup2']
const inputsOf = (...healths: InputHealth[]): SwitchInput[] =>
  healths.map((health, i) => ({ role: roles[i]!, health, isInMaintenance: false }))
const told = (change: ReturnType<typeof nextSource>): string | null => (change === null ? null : `${change.to} ${change.cause}`)

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
    const change = nextSource(state(source), inputsOf(primary, backup), { ...policy, lock }, nowMs)
    assert.equal(told(change), want)
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
    const change = nextSource(state(source, nowMs - 1000, true), inputsOf(primary, backup), { ...policy, lock, slateMs: 60_000 }, nowMs)
    assert.equal(told(change), want)
  })
}

const spared = (role: InputRole, ...healths: InputHealth[]): SwitchInput[] =>
  inputsOf(...healths).map((input) => ({ ...input, isInMaintenance: input.role === role }))
const maintenance = [
  { name: 'on the air gives way to what is ready', source: 'primary', inputs: spared('primary', good, good), want: 'backup maintenance' },
  { name: 'on the air stays while nothing else is ready', source: 'primary', inputs: spared('primary', good, keyless), want: null },
  {
    name: 'on the air that closes leaves slate as any other',
    source: 'primary',
    inputs: spared('primary', gone, gone),
    want: 'slate closed',
  },
  { name: 'does not return, however clean', source: 'backup', inputs: spared('primary', good, good), want: null },
  { name: 'is passed over when the air is free', source: 'none', inputs: spared('primary', good, good), want: 'backup start' },
  {
    name: 'is passed over for the next when another dies',
    source: 'primary',
    inputs: spared('backup', gone, good, good),
    want: 'backup2 closed',
  },
  { name: 'leaves slate on when it is all there is', source: 'slate', inputs: spared('primary', good, gone), want: null },
] as const
for (const { name, source, inputs, want } of maintenance) {
  test(`an input in maintenance ${name}`, () => {
    assert.equal(told(nextSource(state(source, nowMs - 1000, true), inputs, { ...policy, slateMs: 60_000 }, nowMs)), want)
  })
}

test('an input in maintenance can be neither taken nor locked to, and one that is locked stays', () => {
  const inputs = spared('backup', good, good)
  assert.equal(takeSource(state('primary'), inputs, policy, 'backup', nowMs), null)
  assert.equal(nextSource(state('primary'), inputs, { ...policy, lock: 'backup' }, nowMs), null)
  assert.equal(nextSource(state('backup'), inputs, { ...policy, lock: 'backup' }, nowMs), null)
})

test('slate ends on purpose at its limit, and not before', () => {
  const limited = { ...policy, slateMs: 60_000 }
  const inputs = inputsOf(gone, gone)
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
    const change = nextSource(state(source, 0, true), inputsOf(primary, backup), { ...policy, lock, slateMs: 60_000 }, nowMs)
    assert.equal(told(change), want)
  })
}

test('two inputs that are bad by turns change the source every ten seconds at the most', () => {
  assert.equal(nextSource(state('backup', nowMs - 9999), inputsOf(fresh, faulty), policy, nowMs), null)
  assert.equal(nextSource(state('backup', nowMs - 10_000), inputsOf(fresh, faulty), policy, nowMs)?.cause, 'audio-lost')
})

test('the hold counts from the switch: a primary that was left for its media or by hand does not return at once [FAI-06]', () => {
  const inputs = inputsOf(good, good)
  assert.equal(nextSource(state('backup', nowMs - 29_999), inputs, policy, nowMs), null)
  assert.deepEqual(nextReturn(state('backup', nowMs - 29_999), inputs, policy, nowMs), { role: 'primary', leftMs: 1 })
  assert.equal(nextSource(state('backup', nowMs - 30_000), inputs, policy, nowMs)?.cause, 'returned')
  assert.equal(nextReturn(state('backup'), inputsOf(unclean, good), policy, nowMs), null)
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
    const change = takeSource(state(source), inputsOf(good, backup), { ...policy, lock }, 'backup', nowMs)
    assert.equal(told(change), want)
  })
}

type ThreeCase = [
  name: string,
  source: SourceName,
  healths: [InputHealth, InputHealth, InputHealth],
  lock: SwitchPolicy['lock'],
  want: string | null,
]
const threeCases: ThreeCase[] = [
  ['a backup that dies on the air gives way to the next one', 'backup', [gone, gone, good], 'auto', 'backup2 closed'],
  ['a backup that falls silent gives way to the next one', 'backup', [gone, silent, good], 'auto', 'backup2 silent'],
  ['two that die in the same moment give way to the third', 'primary', [gone, gone, good], 'auto', 'backup2 closed'],
  ['a backup that is not ready is passed over', 'primary', [gone, keyless, good], 'auto', 'backup2 closed'],
  ['the best of two takes over', 'primary', [gone, fresh, good], 'auto', 'backup closed'],
  ['a primary that is back takes over from a dying backup at once', 'backup', [fresh, gone, good], 'auto', 'primary closed'],
  ['all three gone leave slate', 'backup2', [gone, gone, gone], 'auto', 'slate closed'],
  ['slate gives way to the best that is there', 'slate', [gone, fresh, good], 'auto', 'backup resumed'],
  ['the third starts alone', 'none', [opened, keyless, good], 'auto', 'backup2 start'],
  ['a backup returns over the third after the hold', 'backup2', [gone, good, good], 'auto', 'backup returned'],
  ['a backup that is not clean for the hold waits', 'backup2', [gone, fresh, good], 'auto', null],
  ['the primary returns over all', 'backup2', [good, good, good], 'auto', 'primary returned'],
  ['a backup does not wait for a primary that is not clean yet', 'backup2', [fresh, good, good], 'auto', 'backup returned'],
  ['a clean third never returns over a backup', 'backup', [gone, good, good], 'auto', null],
  ['a lock takes the third', 'primary', [good, good, fresh], 'backup2', 'backup2 locked'],
  ['a lock on the third holds against a clean primary', 'backup2', [good, good, good], 'backup2', null],
  ['a locked third that dies leaves slate, not the others', 'backup2', [good, good, gone], 'backup2', 'slate closed'],
  ['slate waits for the locked third', 'slate', [good, good, opened], 'backup2', null],
  ['a lock on an input that is not there keeps what is on the air', 'primary', [good, good, good], 'backup5', null],
  ['a fault moves to the best sound input', 'primary', [faulty, good, good], 'auto', 'backup audio-lost'],
  ['a fault passes over one that is faulty too', 'primary', [faulty, faulty, good], 'auto', 'backup2 audio-lost'],
  ['a fault on the third moves up at once', 'backup2', [gone, fresh, faulty], 'auto', 'backup audio-lost'],
  ['a fault stays while all have one', 'backup2', [faulty, faulty, faulty], 'auto', null],
  ['a dead primary leaves a faulty backup out when the next one is sound', 'primary', [gone, faulty, good], 'auto', 'backup2 closed'],
  ['a dead primary takes a faulty backup when there is none else', 'primary', [gone, faulty, keyless], 'auto', 'backup closed'],
]
for (const [name, source, healths, lock, want] of threeCases) {
  test(`of three inputs, ${name}`, () => {
    const change = nextSource(state(source, nowMs - 50_000, true), inputsOf(...healths), { ...policy, lock, slateMs: 60_000 }, nowMs)
    assert.equal(told(change), want)
  })
}

test('the input that is soonest back is named, and of two the one that ranks higher', () => {
  const clean = (forMs: number): InputHealth => ({ ...good, cleanSinceMs: nowMs - forMs })
  const back = (...healths: InputHealth[]) => nextReturn(state('backup2'), inputsOf(...healths), policy, nowMs)
  assert.deepEqual(back(clean(10_000), clean(12_000), good), { role: 'backup', leftMs: 18_000 })
  assert.deepEqual(back(clean(12_000), clean(12_000), good), { role: 'primary', leftMs: 18_000 })
  assert.deepEqual(back(gone, clean(12_000), good), { role: 'backup', leftMs: 18_000 })
  assert.equal(back(gone, silent, good), null)
  assert.equal(nextReturn(state('backup2'), inputsOf(good, good, good), { ...policy, lock: 'backup2' }, nowMs), null)
  assert.equal(nextReturn(state('slate'), inputsOf(gone, gone, gone), policy, nowMs), null)
})

test('every decision, out of any state and health of three inputs, is in the table of legal moves', () => {
  const healths = [good, fresh, silent, almostSilent, keyless, unclean, gone, opened, faulty]
  const sources: readonly SourceName[] = ['none', ...roles, 'slate']
  const causes = new Set<string>()
  let decisions = 0
  for (const a of healths)
    for (const b of healths)
      for (const c of healths) {
        const inputs = inputsOf(a, b, c)
        for (const source of sources)
          for (const lock of ['auto', ...roles] as const)
            for (const slateMs of [0, 60_000]) {
              const from = state(source, 0, true)
              const limits = { ...policy, lock, slateMs }
              const steps = [nextSource(from, inputs, limits, nowMs), ...roles.map((role) => takeSource(from, inputs, limits, role, nowMs))]
              for (const step of steps) {
                if (step === null) continue
                decisions++
                causes.add(step.cause)
                assert.ok(isLegalMove(source, step.to, step.cause), `${source} -> ${step.to} by ${step.cause}`)
                assert.ok(
                  lock === 'auto' || step.to === lock || step.to === 'slate' || step.to === 'none',
                  `${step.to} against the lock on ${lock}`,
                )
              }
            }
      }
  assert.ok(decisions > 20_000, `${decisions} decisions`)
  assert.deepEqual([...causes].sort(), ['audio-lost', 'closed', 'expired', 'locked', 'resumed', 'returned', 'silent', 'start', 'taken'])
})

test('the table of moves has no way down by a return, none to itself and none out of nothing but a start', () => {
  assert.equal(isLegalMove('primary', 'backup', 'returned'), false)
  assert.equal(isLegalMove('backup', 'backup2', 'returned'), false)
  assert.equal(isLegalMove('backup3', 'backup2', 'returned'), true)
  assert.equal(isLegalMove('backup', 'backup', 'taken'), false)
  assert.equal(isLegalMove('none', 'slate', 'closed'), false)
  assert.equal(isLegalMove('none', 'backup7', 'taken'), false)
})
