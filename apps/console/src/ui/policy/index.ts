export { OverrideReason } from './OverrideReason.tsx'
export { PolicyMarks } from './PolicyMarks.tsx'
export { limitText, policyWords, unitOf } from './policy-words.ts'
