import type { RollbackOutput } from '@sluice/contract/api'
import { outputLooks } from '../../ui/state/index.ts'

/** Names in one line, with the state of each that is not live: it is to be seen before it is kept. */
export const outputNames = (outputs: readonly RollbackOutput[]): string =>
  outputs.map(({ name, state }) => (state === 'live' ? name : `${name} (${outputLooks[state].word.toLowerCase()})`)).join(', ') || 'none'
