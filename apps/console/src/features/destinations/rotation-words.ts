import type { Destination } from '@sluice/contract/api'
import { formatCount, formatDate } from '../../ui/format/index.ts'

/** What is to say of a destination's key beside how it ends; a tone where the operator must do something. */
export type RotationWords = { readonly text: string; readonly tone: 'calm' | 'warn' | 'bad' }

/** Kind, plan, due date and outcome, the most pressing last. */
export function rotationWords(destination: Destination, nowMs: number): RotationWords[] {
  const { credential, guest, nextRotation, rotationDueAt, lastRotation } = destination
  if (credential === 'static') return []
  if (credential === 'guest') return [{ text: `Guest ${guest ?? ''}`.trim(), tone: 'calm' }]
  const words: RotationWords[] = []
  if (rotationDueAt !== null) {
    const isOver = Date.parse(rotationDueAt) <= nowMs
    words.push({ text: `${isOver ? 'Overdue since' : 'Due'} ${formatDate(rotationDueAt)}`, tone: isOver ? 'warn' : 'calm' })
  }
  if (nextRotation !== null)
    words.push({ text: `Next key on ${formatDate(nextRotation.at)}, ends in ${nextRotation.keyHint ?? '…'}`, tone: 'calm' })
  if (lastRotation !== null) words.push(outcome(lastRotation))
  return words.length === 0 ? [{ text: 'Rotating key', tone: 'calm' }] : words
}

function outcome({ at, state, outputs }: NonNullable<Destination['lastRotation']>): RotationWords {
  const when = `Rotated ${formatDate(at)}`
  const failed = outputs.filter((output) => output.state === 'failed').length
  const waiting = outputs.filter((output) => output.state === 'pending').length
  switch (state) {
    case 'applied':
      return { text: `${when}, in use everywhere`, tone: 'calm' }
    case 'pending':
      return { text: waiting === 0 ? `${when}, not used yet` : `${when}, ${formatCount(waiting, 'output')} switching`, tone: 'calm' }
    case 'partial':
    case 'failed':
      return { text: `${when}, failed on ${formatCount(failed, 'output')}`, tone: 'bad' }
  }
}
