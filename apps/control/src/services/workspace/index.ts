export { createWorkspace } from './create.ts'
export { getWorkspaceSettings, updateWorkspaceSettings, uplinkKbps } from './settings.ts'
export { insertMember, insertWorkspace, oldestWorkspace } from './rows.ts'
