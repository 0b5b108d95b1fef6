export { changeRole } from './change-role.ts'
export { endMemberSessions } from './end-sessions.ts'
export { listMembers } from './list.ts'
export { leaveWorkspace, removeMember } from './remove.ts'
