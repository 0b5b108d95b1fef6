import type { Output } from '@sluice/contract/api'

/** Which running outputs a rollback leaves: the highest priority, the oldest among equals. The server decides; this tells it beforehand. */
export const keptOutputs = (outputs: readonly Output[], keep: number): Output[] =>
  outputs
    .filter((output) => output.desired === 'running')
    .toSorted((a, b) => b.priority - a.priority || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id))
    .slice(0, keep)
