/** Names of what is cached. The stream writes `channels` and `outputs`; the rest is fetched. */
export const keys = {
  setup: ['setup'],
  session: ['session'],
  channels: ['channels'],
  outputs: (channelId: string) => ['outputs', channelId],
  allOutputs: ['outputs'],
  timeline: (channelId: string) => ['timeline', channelId],
  /** Of the whole workspace, Sluice itself and deleted channels too. */
  activity: ['timeline', 'all'],
  allTimelines: ['timeline'],
  triage: (channelId: string) => ['triage', channelId],
  allTriage: ['triage'],
  /** Of all channels at once. */
  wall: ['triage', 'all'],
  rollback: (channelId: string) => ['rollback', channelId],
  history: (channelId: string) => ['history', channelId],
  destinations: ['destinations'],
  destinationAudit: (id: string) => ['destinations', id, 'audit'],
  guestLinks: (channelId: string) => ['guest-links', channelId],
  guest: ['guest'],
  clips: ['clips'],
  catalogue: ['catalogue'],
  apiKeys: ['api-keys'],
  accountSessions: ['account-sessions'],
  policies: ['policies'],
  policyVersions: (outputClass: string) => ['policies', outputClass],
} as const
