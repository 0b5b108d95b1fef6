import type { TriageProblem } from '@sluice/contract/api'
import type { RungActual } from '@sluice/contract/link'
import type { TriageFacts } from './facts.ts'
import { problem, showSteps } from './problem.ts'

type Trouble = { readonly isDown: boolean; readonly title: string; readonly text: string; readonly since: string }

const why = ({ reason }: RungActual): string => (reason === null ? '' : `${reason.message.replace(/\.$/, '')}. `)
const counted = (rungs: readonly RungActual[]): string => (rungs.length === 1 ? 'An encode' : `${rungs.length} encodes`)

/** What is wrong with the encodes of the channel; null: nothing. What passes through is not touched by any of it. */
export function rungTrouble({ actual }: Pick<TriageFacts, 'actual'>): Trouble | null {
  const rungs = actual?.rungs ?? []
  const down = rungs.filter(({ state }) => state === 'failed' || state === 'off')
  const reduced = rungs.filter(({ state }) => state === 'reduced')
  const [first] = [...down, ...reduced]
  if (first === undefined) return null
  if (down.length > 0) {
    const title = first.state === 'off' ? `${counted(down)} was given up to keep real time` : `${counted(down)} cannot run`
    const text = `${why(first)}Outputs on it get nothing; those on the source are not affected. Move them to another rung or to the source, or free the CPU of this machine.`
    return { isDown: true, title: down.length === 1 ? title : title.replace(' was ', ' were '), text, since: first.since }
  }
  const title = `${counted(reduced)} ${reduced.length === 1 ? 'runs' : 'run'} with less than was asked for, to keep real time`
  const text = `${why(first)}Viewers see a lower frame rate or a softer picture. Free the CPU of this machine, or use smaller rungs.`
  return { isDown: false, title, text, since: first.since }
}

/** Encodes that do not run as they should. The machine is where to look. */
export function rungProblems(facts: TriageFacts): TriageProblem[] {
  const trouble = rungTrouble(facts)
  if (trouble === null) return []
  const { isDown, title, text, since } = trouble
  const words = { badge: isDown ? 'Encode down' : 'Encode reduced', title, text, since, action: showSteps }
  return [problem(isDown ? 'rung-failed' : 'rung-reduced', isDown ? 'bad' : 'warn', 'output', 'machine', words)]
}
