export { createWorkspace } from './create.ts'
export { insertMember, insertWorkspace, oldestWorkspace } from './rows.ts'
