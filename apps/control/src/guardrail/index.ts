export { Guardrail } from './guardrail.ts'
