import type { OutputFacts } from './facts.ts'

const troubledStates: readonly string[] = ['stalled', 'backoff', 'disabled', 'failed']

/** Failures that a line makes; a refused key is none of them. */
export const lineKinds: readonly string[] = ['dns', 'tcp', 'stall', 'remote-close']

export const isTroubled = ({ actual }: OutputFacts): boolean => actual !== null && troubledStates.includes(actual.state)
