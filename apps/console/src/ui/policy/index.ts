export { OverrideReason } from './OverrideReason.tsx'
export { PolicyMarks } from './PolicyMarks.tsx'
export { limitText, policyWords, unitOf, violationText } from './policy-words.ts'
