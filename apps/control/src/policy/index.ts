export { judgeEdit, type PolicyEditFacts, type PolicyEditVerdict } from './judge-edit.ts'
export { type FoundSetting, type KeptOverrides, presentOverrides, readOverrides, unanswered, writeOverrides } from './overrides.ts'
