export { createWorkspace } from './create.ts'
export { insertMember, insertWorkspace, oldestWorkspace } from './rows.ts'
export { getWorkspaceSettings, updateWorkspaceSettings, uplinkKbps } from './settings.ts'
