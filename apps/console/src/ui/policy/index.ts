export { OverrideReason } from './OverrideReason.tsx'
export { PolicyInput } from './PolicyInput.tsx'
export { PolicyMarks } from './PolicyMarks.tsx'
export { limitText, policyWords, valueText, violationText } from './policy-words.ts'
