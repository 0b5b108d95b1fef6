import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InputHealth, nextSource, type SourceName, type SwitchPolicy } from './next-source.ts'

const nowMs = 100_000
const policy: SwitchPolicy = { lock: 'auto', triggerMs: 2500, holdMs: 30_000 }
const good: InputHealth = { isOpen: true, lastFrameMs: nowMs - 20, hasKey: true, cleanSinceMs: nowMs - 31_000 }
const fresh: InputHealth = { ...good, cleanSinceMs: nowMs - 29_999 }
const silent: InputHealth = { ...good, lastFrameMs: nowMs - 2500 }
const almostSilent: InputHealth = { ...good, lastFrameMs: nowMs - 2499 }
const keyless: InputHealth = { ...good, hasKey: false }
const unclean: InputHealth = { ...good, cleanSinceMs: null }
const gone: InputHealth = { isOpen: false, lastFrameMs: null, hasKey: false, cleanSinceMs: null }
const opened: InputHealth = { ...gone, isOpen: true }

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
for (const [name, source, primary, backup, lock, want] of cases) {
  test(name, () => {
    const change = nextSource({ source }, { primary, backup }, { ...policy, lock }, nowMs)
    assert.equal(change === null ? null : `${change.to} ${change.cause}`, want)
  })
}
