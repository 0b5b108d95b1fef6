export { Guardrail, type GuardrailParts } from './guardrail.ts'
export type { GuardFigures } from './judge.ts'
