import type { RollbackOutput } from '@sluice/contract/api'

/** Names in one line, with the state of each that is not live: it is to be seen before it is kept. */
export const outputNames = (outputs: readonly RollbackOutput[]): string =>
  outputs.map(({ name, state }) => (state === 'live' ? name : `${name} (${state})`)).join(', ') || 'none'
