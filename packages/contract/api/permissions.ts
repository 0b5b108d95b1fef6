import { type Role, roleScopes, roles, type Scope } from './access.ts'

/**
 * What a route asks of its caller: a scope, every one or any one of several, or no scope at all. `public`: no credentials; `anyone`: whoever
 * has credentials that hold; `person`: a signed-in person, for their own account.
 */
export type Permission =
  | Scope
  | 'public'
  | 'anyone'
  | 'person'
  | { readonly allOf: readonly Scope[] }
  | { readonly anyOf: readonly Scope[] }

const guests = { allOf: ['output:write', 'destination:write'] } as const
const rollback = { allOf: ['channel:write', 'output:write'] } as const

/** Every route of the API by its `operationId`. A route that has no line here answers nobody. */
export const routePermissions = {
  getSetup: 'public',
  setUp: 'public',
  signIn: 'public',
  getSession: 'anyone',
  switchWorkspace: 'person',
  signOut: 'anyone',
  changePassword: 'person',
  listSessions: 'person',
  endOtherSessions: 'person',
  endSession: 'person',
  signInWithCode: 'public',
  startOidc: 'public',
  finishOidc: 'public',
  getAccount: 'person',
  beginTwoFactor: 'person',
  confirmTwoFactor: 'person',
  endTwoFactor: 'person',
  renewRecoveryCodes: 'person',
  getSignInOptions: 'public',
  requestPasswordReset: 'public',
  resetPassword: 'public',
  lookAtInvitation: 'public',
  join: 'public',
  joinWithAccount: 'person',
  leaveWorkspace: 'person',

  listWorkspaces: 'anyone',
  createWorkspace: 'workspace:write',
  getWorkspaceSettings: 'channel:read',
  updateWorkspaceSettings: 'workspace:write',
  listMembers: 'member:read',
  changeRole: 'member:write',
  removeMember: 'member:write',
  endMemberSessions: 'member:write',
  listInvitations: 'member:write',
  createInvitation: 'member:write',
  revokeInvitation: 'member:write',
  listApiKeys: 'apikey:write',
  createApiKey: 'apikey:write',
  deleteApiKey: 'apikey:write',
  listAudit: 'audit:read',
  exportAudit: 'audit:read',
  renameWorkspace: 'workspace:write',
  deleteWorkspace: 'workspace:delete',
  rotateVault: 'deployment:write',
  listPolicies: 'channel:read',
  listPolicyVersions: 'channel:read',
  updatePolicy: 'workspace:write',
  resetPolicy: 'workspace:write',

  listChannels: 'channel:read',
  createChannel: 'channel:write',
  getChannel: 'channel:read',
  updateChannel: 'channel:write',
  deleteChannel: 'channel:write',
  rotatePlayback: 'channel:write',
  getChannelStats: 'channel:read',
  getSrtHistory: 'channel:read',
  getLatency: 'channel:read',
  getProbes: 'channel:read',
  getTriage: 'channel:read',
  listTriage: 'channel:read',
  getThumbnail: 'channel:read',
  getFigureHistory: 'channel:read',
  listBroadcasts: 'channel:read',
  getBroadcast: 'channel:read',
  endBroadcast: 'output:write',
  startBroadcast: 'output:write',
  holdSlate: 'channel:write',
  setPageImage: 'channel:write',
  clearPageImage: 'channel:write',
  listChannelRecordings: 'channel:read',
  startRecording: 'output:write',
  listRecordings: 'channel:read',
  getRecording: 'channel:read',
  stopRecording: 'output:write',
  updateRecording: 'channel:write',
  deleteRecording: 'channel:write',
  getRecordingMetadata: 'channel:read',
  downloadRecording: 'channel:read',
  clipRecording: 'channel:write',
  listPlayers: 'channel:read',
  createPlayer: 'channel:write',
  getPlayer: 'channel:read',
  updatePlayer: 'channel:write',
  deletePlayer: 'channel:write',
  getPlaybackStats: 'channel:read',
  getBroadcastPlayback: 'channel:read',
  noteComplaint: 'channel:write',
  setSource: 'channel:write',
  getSwitches: 'event:read',
  rehearseFailover: 'channel:write',
  preflightChannel: 'output:write',
  getRollback: 'channel:read',
  startRollback: rollback,
  endRollback: rollback,
  createInput: 'channel:write',
  updateInput: 'channel:write',
  deleteInput: 'channel:write',
  listClips: 'channel:read',
  createClip: 'channel:write',
  getClip: 'channel:read',
  deleteClip: 'channel:write',

  listRungs: 'output:read',
  createRung: 'output:write',
  getRung: 'output:read',
  updateRung: 'output:write',
  deleteRung: 'output:write',
  listRungTemplates: 'output:read',
  createRungTemplate: 'output:write',
  deleteRungTemplate: 'output:write',
  setLadder: 'output:write',
  listPictures: 'output:read',
  createPicture: 'output:write',
  getPicture: 'output:read',
  getPictureImage: 'output:read',
  deletePicture: 'output:write',
  getPlan: 'output:read',
  listOutputs: 'output:read',
  createOutput: 'output:write',
  getOutput: 'output:read',
  updateOutput: 'output:write',
  deleteOutput: 'output:write',
  startOutput: 'output:write',
  stopOutput: 'output:write',
  rearmOutput: 'output:write',
  getCatalogue: 'destination:read',
  listDestinations: 'destination:read',
  createDestination: 'destination:write',
  getDestination: 'destination:read',
  updateDestination: 'destination:write',
  deleteDestination: 'destination:write',
  rotateDestination: 'destination:write',
  cancelRotation: 'destination:write',
  destinationAudit: 'destination:write',
  preflightTarget: 'output:write',

  listGuestLinks: 'output:read',
  createGuestLink: guests,
  revokeGuestLink: guests,
  getGuestView: 'public',
  addGuestOutput: 'public',
  changeGuestOutput: 'public',
  removeGuestOutput: 'public',
  preflightAsGuest: 'public',

  getEventLog: 'event:read',
  getTimeline: 'event:read',
  streamEvents: { anyOf: ['event:read', 'channel:read', 'output:read'] },
  getPlayInfo: 'public',
  getClientConfiguration: 'public',
  getPageImage: 'public',
  sendBeacon: 'public',
  getOEmbed: 'public',
} as const satisfies Readonly<Record<string, Permission>>

export type OperationId = keyof typeof routePermissions

/** The scopes that a caller lacks for a permission; empty: it may. Who the caller is (`public`, `anyone`, `person`) is asked elsewhere. */
export function missingScopes(permission: Permission, has: ReadonlySet<Scope>): Scope[] {
  if (typeof permission === 'string') {
    const isScope = permission !== 'public' && permission !== 'anyone' && permission !== 'person'
    return isScope && !has.has(permission) ? [permission] : []
  }
  if ('allOf' in permission) return permission.allOf.filter((scope) => !has.has(scope))
  return permission.anyOf.some((scope) => has.has(scope)) ? [] : [...permission.anyOf.slice(0, 1)]
}

/** The roles whose scopes are enough for a permission. */
export const rolesThatMay = (permission: Permission): Role[] =>
  roles.filter((role) => missingScopes(permission, new Set(roleScopes[role])).length === 0)
