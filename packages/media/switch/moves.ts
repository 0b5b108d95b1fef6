import { contentFaults, isInputRole, rankOf, type SourceName, type SwitchCause } from '@sluice/base/words'

const lost: readonly SwitchCause[] = ['closed', 'stopped', 'silent']
const asked: readonly SwitchCause[] = ['locked', 'taken', 'maintenance']

/** The only legal moves, whatever the number of inputs; a missing line or cause is a bug in who decided. */
const moves: Readonly<Record<string, readonly SwitchCause[]>> = {
  'none to an input': ['start'],
  'input to a lower one': [...lost, ...contentFaults, ...asked],
  'input to a higher one': [...lost, ...contentFaults, ...asked, 'returned'],
  'input to slate': lost,
  'input to none': ['closed', 'stopped', 'ended'],
  'slate to an input': ['resumed'],
  'slate to none': ['expired', 'ended'],
}

export const isLegalMove = (from: SourceName, to: SourceName, cause: SwitchCause): boolean =>
  moves[kindOf(from, to)]?.includes(cause) ?? false

function kindOf(from: SourceName, to: SourceName): string {
  if (!isInputRole(from)) return `${from} to ${isInputRole(to) ? 'an input' : to}`
  if (!isInputRole(to)) return `input to ${to}`
  if (from === to) return 'input to itself'
  return rankOf(to) > rankOf(from) ? 'input to a lower one' : 'input to a higher one'
}
