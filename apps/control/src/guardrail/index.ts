export { guardContext } from './guard-actor.ts'
export { Guardrail, type GuardrailParts } from './guardrail.ts'
export type { GuardFigures } from './judge.ts'
