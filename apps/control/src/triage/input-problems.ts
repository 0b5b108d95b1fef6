import { type InputRole, isInputRole, roleName } from '@sluice/base/words'
import type { TriageAction, TriageProblem } from '@sluice/contract/api'
import { type InputActual, SwitchFigures } from '@sluice/contract/link'
import { onAirVerdicts, type TriageFacts } from './facts.ts'
import { judgeInput } from './judge-input.ts'
import { problem, showSteps } from './problem.ts'

/** What is wrong with what comes in: of the source first, then of what would take over from it. */
export function inputProblems(facts: TriageFacts): TriageProblem[] {
  const { actual } = facts
  if (actual === null) {
    // The moment of a restart has its own sentence.
    if (facts.engineLostAt !== null) return []
    const text = 'The channel is off air. Sluice starts an engine automatically: check /readyz and the log for why none is up.'
    return [
      problem('engine-missing', 'bad', 'input', 'machine', {
        badge: 'No engine',
        title: 'No engine carries this channel',
        since: null,
        text,
        action: showSteps,
      }),
    ]
  }
  return [...sourceProblems(facts), ...spareProblems(facts), ...lockProblems(facts)]
}

const showAddress = (role: InputRole): TriageAction => ({ kind: 'show-address', role, outputId: null })

function sourceProblems(facts: TriageFacts): TriageProblem[] {
  const { actual } = facts
  const inputs = actual?.inputs ?? []
  const step = judgeInput(facts)
  const isUnusable = actual?.source === 'slate' || actual?.source === 'none' ? inputs.find(({ state }) => state === 'connected') : undefined
  if (isUnusable !== undefined && step.verdict === 'trouble') {
    const words = { badge: 'No usable media', title: withoutStop(step.sentence), since: null, text: step.tryFirst ?? '' }
    return [problem('input-unusable', 'bad', 'input', 'contribution', { ...words, action: showSteps })]
  }
  if (actual?.source === 'slate') return [inputsGone(inputs)]
  if (actual?.source === 'none') {
    if (step.verdict !== 'trouble') return []
    const lost = inputs.find(({ lastProblem }) => lastProblem !== null) ?? inputs[0]
    const action = showAddress(lost?.role ?? 'primary')
    return [
      problem('inputs-gone', 'bad', 'input', 'contribution', {
        badge: 'No input',
        title: withoutStop(step.sentence),
        since: null,
        text: step.tryFirst ?? '',
        action,
      }),
    ]
  }
  // bound: two at most, below
  const found: TriageProblem[] = []
  if (step.tryFirst !== null && onAirVerdicts(facts, 'source').some(({ sentence }) => sentence === step.sentence)) {
    const tone = step.verdict === 'trouble' ? 'bad' : 'warn'
    found.push(
      problem('source', tone, 'input', 'contribution', {
        badge: 'Check the source',
        title: withoutStop(step.sentence),
        since: null,
        text: step.tryFirst,
        action: showSteps,
      }),
    )
  }
  const primary = inputs.find(({ role }) => role === 'primary')
  if (actual !== null && isInputRole(actual.source) && actual.source !== 'primary' && facts.lock !== actual.source && primary !== undefined)
    found.push(onBackup(facts, actual.source, primary))
  return found
}

function inputsGone(inputs: readonly InputActual[]): TriageProblem {
  const known = inputs.filter(({ lastProblem, encoder }) => lastProblem !== null || encoder !== null)
  const title =
    known.length === 2
      ? 'Both inputs are gone'
      : known.length > 2
        ? 'All inputs are gone'
        : `The ${roleName(known[0]?.role ?? 'primary')} is gone, and no backup is ready`
  const start = known.length > 1 ? 'Start either encoder again' : 'Start the encoder again'
  return problem('inputs-gone', 'bad', 'input', 'contribution', {
    badge: 'No input',
    title,
    since: null,
    text: `${start}: the show resumes automatically.`,
    action: showAddress(known[0]?.role ?? 'primary'),
  })
}

function onBackup(facts: TriageFacts, source: InputRole, primary: InputActual): TriageProblem {
  const took = facts.events.find(({ name, data }) => name === 'source.switched' && data['to'] === source)
  const figures = took === undefined ? undefined : SwitchFigures.safeParse(took.data).data
  // The first source of a broadcast took over from nobody.
  const isFirst = figures === undefined || figures.from === 'none'
  const activationMs = isFirst ? null : (figures.reactionMs ?? figures.activationMs)
  const isAllLive = facts.outputs.every(({ actual }) => actual?.state === 'live')
  const effect = isAllLive && facts.outputs.length > 0 ? '; no output noticed' : ''
  const name = roleName(source)
  const tookOver =
    activationMs === null ? `The ${name} is on air${effect}.` : `The ${name} took over in ${(activationMs / 1000).toFixed(2)} s${effect}.`
  const badge = `On ${name}`
  if (primary.state === 'receiving') {
    const text =
      figures?.cause === 'taken' || figures === undefined
        ? `The ${name} is on air. The primary returns after ${facts.holdMs / 1000} s without errors.`
        : `${tookOver} The primary is back and returns after ${facts.holdMs / 1000} s without errors. Nothing to do.`
    return problem('primary-down', 'warn', 'input', 'contribution', {
      badge,
      title: `The show runs on the ${name}`,
      since: null,
      text,
      action: null,
    })
  }
  return problem('primary-down', 'warn', 'input', 'contribution', {
    badge,
    title: 'The primary stopped sending',
    since: primary.since,
    text: `${tookOver} Start the primary encoder again.`,
    action: showAddress('primary'),
  })
}

/** The safety net: backups that were there and are gone, or that outputs would not survive. */
function spareProblems({ actual, lock }: TriageFacts): TriageProblem[] {
  if (actual === null || lock !== 'auto' || !isInputRole(actual.source)) return []
  const spares = actual.inputs.filter(({ role, onAir }) => !onAir && role !== 'primary')
  if (spares.some(({ state, conformity }) => state === 'receiving' && !breaks(conformity))) return []
  const differs = spares.find(({ state, conformity }) => state === 'receiving' && breaks(conformity))
  if (differs !== undefined) {
    const first = differs.conformity?.differences.find(({ effect }) => effect === 'breaks')
    const text = `Outputs may reconnect when it takes over. ${first === undefined ? '' : `Set its ${first.field} to ${first.primary}: it sends ${first.backup}.`}`
    return [
      problem('backup-differs', 'warn', 'input', 'contribution', {
        badge: 'Backup differs',
        title: `The ${roleName(differs.role)} does not match the primary`,
        since: null,
        text,
        action: showSteps,
      }),
    ]
  }
  // A backup that never sent is no loss.
  const gone = spares.find(({ state, lastProblem }) => state === 'waiting' && lastProblem !== null)
  if (gone === undefined || actual.source !== 'primary') return []
  const name = roleName(gone.role)
  return [
    problem('backup-down', 'warn', 'input', 'contribution', {
      badge: 'No backup',
      title: `The ${name} stopped sending`,
      since: gone.since,
      text: 'The show is not affected, but nothing would take over from the primary.',
      action: showAddress(gone.role),
    }),
  ]
}

export const breaks = (conformity: InputActual['conformity']): boolean =>
  conformity?.lastComparedAt === null && conformity.differences.some(({ effect }) => effect === 'breaks')

function lockProblems({ actual, lock }: TriageFacts): TriageProblem[] {
  if (lock === 'auto' || actual === null || actual.state === 'idle') return []
  const action: TriageAction = { kind: 'unlock', role: lock, outputId: null }
  const text = 'If it stops, viewers get the slate, not another input.'
  return [
    problem('locked', 'warn', 'input', 'contribution', {
      badge: 'Locked',
      title: `Locked to the ${roleName(lock)}`,
      since: null,
      text,
      action,
    }),
  ]
}

const withoutStop = (text: string): string => text.replace(/\.$/, '')
