export { judgeEdit, type PolicyEditFacts } from './judge-edit.ts'
export { type KeptOverrides, presentOverrides, readOverrides, unanswered, writeOverrides } from './overrides.ts'
