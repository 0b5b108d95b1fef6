import { isInputRole, roleName } from '@sluice/base/words'
import type { ProofFact, Triage, TriageTone } from '@sluice/contract/api'
import { isTroubled } from '@sluice/judge'
import type { OutputFacts, TriageFacts } from './facts.ts'
import { breaks } from './input-problems.ts'
import { unseenOf } from './judge-outputs.ts'

/** How one output stands, as one colour. */
function toneOf(output: OutputFacts, { actual: channel, stats }: TriageFacts): TriageTone {
  const { actual } = output
  const state = actual?.state ?? 'idle'
  if (stats.staleSince != null) return 'bad'
  if (isTroubled(state)) return state === 'failed' || state === 'disabled' ? 'bad' : 'warn'
  if (unseenOf(output) !== null) return 'warn'
  if (state === 'live') return channel?.source === 'slate' ? 'busy' : 'ok'
  return state === 'connecting' ? 'busy' : 'quiet'
}

export const gatesOf = (facts: TriageFacts): TriageTone[] => facts.outputs.map((output) => toneOf(output, facts))

/** Always three facts: what is delivered, what would take over, when that was last rehearsed. What is unknown is left out. */
export function proofOf(facts: TriageFacts): ProofFact[] {
  return [deliveredFact(facts), spareFact(facts), ...rehearsedFact(facts)]
}

function deliveredFact(facts: TriageFacts): ProofFact {
  const { outputs, stopped, actual } = facts
  const fact = (tone: TriageTone, text: string): ProofFact => ({ kind: 'delivered', tone, text, at: null })
  const total = outputs.length
  const gates = gatesOf(facts)
  const tone = (['bad', 'warn', 'busy'] as const).find((one) => gates.includes(one)) ?? (gates.includes('ok') ? 'ok' : 'quiet')
  const live = outputs.filter(({ actual: output }) => output?.state === 'live').length
  if (total === 0) return fact('quiet', stopped === 0 ? 'No outputs yet' : `All ${stopped} outputs are stopped`)
  if (actual === null || actual.state === 'idle') return fact('quiet', `${total} ${total === 1 ? 'output' : 'outputs'} ready to start`)
  if (actual.source === 'slate' && live === total) return fact('busy', `${live} of ${total} kept open with the slate`)
  const seen = live - outputs.filter((output) => unseenOf(output) !== null).length
  if (stopped > 0) return fact(tone, `${seen} of ${total} confirmed, ${stopped} stopped`)
  return fact(tone, `${seen} of ${total} delivered and confirmed`)
}

/** What would take over if the source went now. */
function spareFact({ actual, lock }: TriageFacts): ProofFact {
  const fact = (tone: TriageTone, text: string): ProofFact => ({ kind: 'backup', tone, text, at: null })
  const inputs = actual?.inputs ?? []
  const ready = inputs.find(({ onAir, state }) => !onAir && state === 'receiving')
  if (actual?.source === 'slate') return fact('bad', 'No input')
  if (actual === null || !isInputRole(actual.source))
    return fact('quiet', ready === undefined ? 'No input yet' : `${name(ready.role)} ready`)
  if (lock !== 'auto') return fact('warn', lock === 'primary' ? 'Backup locked out' : 'Primary locked out')
  if (ready !== undefined && ready.role !== 'primary' && breaks(ready.conformity)) return fact('warn', `${name(ready.role)} does not match`)
  if (actual.source !== 'primary') return ready === undefined ? fact('warn', 'Primary down') : fact('ok', `${name(ready.role)} ready`)
  if (ready !== undefined) return fact('ok', `${name(ready.role)} ready`)
  const wasThere = inputs.some(({ role, lastProblem }) => role !== 'primary' && lastProblem !== null)
  return wasThere ? fact('warn', 'Backup down') : fact('quiet', 'No backup')
}

function rehearsedFact({ rehearsal }: TriageFacts): ProofFact[] {
  if (rehearsal === undefined) return []
  if (rehearsal === null) return [{ kind: 'rehearsed', tone: 'quiet', text: 'Not rehearsed', at: null }]
  return [
    rehearsal.isPassed
      ? { kind: 'rehearsed', tone: 'ok', text: 'Rehearsed', at: rehearsal.at }
      : { kind: 'rehearsed', tone: 'warn', text: 'Rehearsal failed', at: rehearsal.at },
  ]
}

const name = (role: string): string => roleName(role).replace(/^./, (first) => first.toUpperCase())

/** What to say while nothing is wrong: only what is known. */
export function calmOf(facts: TriageFacts): Triage['calm'] {
  const { actual, outputs } = facts
  const none = { action: null }
  if (facts.isEnded && actual !== null && actual.source === 'none') {
    const isSending = actual.inputs.some(({ state }) => state === 'receiving')
    const text = isSending
      ? 'The encoder still sends. Outputs stay closed until it stops and starts again, or you go live again.'
      : 'Outputs are closed. The next show begins when an encoder starts.'
    return { tone: 'quiet', title: 'The show has ended', text, ...none }
  }
  if (actual === null || actual.state === 'idle') {
    const isConnected = actual?.inputs.some(({ state }) => state === 'connected') === true
    const action = { kind: 'show-address', role: 'primary', outputId: null } as const
    return isConnected
      ? { tone: 'busy', title: 'An encoder is connected', text: 'The channel goes live with its first picture.', ...none }
      : {
          tone: 'quiet',
          title: 'No encoder is connected',
          text: 'Start it with the address of the primary: the channel goes live with its first picture.',
          action,
        }
  }
  const open = outputs.filter(({ actual: output }) => output?.state !== 'live')
  if (open.length > 0) {
    const text = `${open.length === 1 ? open[0]!.name : `${open.length} outputs`} ${open.length === 1 ? 'is' : 'are'} connecting. Nothing to do.`
    return { tone: 'busy', title: 'Outputs are connecting', text, ...none }
  }
  const spare = spareFact(facts)
  const backup = spare.tone === 'ok' ? ', and the backup is ready to take over' : ''
  if (outputs.length === 0)
    return { tone: 'ok', title: 'All clear', text: `The source arrives complete${backup}. No output is set to run.`, ...none }
  return { tone: 'ok', title: 'All clear', text: `Every destination confirms what it receives${backup}.`, ...none }
}
