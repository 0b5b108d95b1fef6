/** Where everything of the API lives, for clients and server alike. Ids are UUIDs, so nothing needs escaping. */
const v1 = '/api/v1'

export const paths = {
  /** GET SetupState, public; POST SetupBody -> Session, with the code that Sluice prints or the admin token. */
  setup: `${v1}/setup`,
  /** GET Session, POST SignInBody -> Session, PATCH PatchSessionBody -> Session, DELETE signs out. */
  session: `${v1}/session`,
  /** POST ChangePasswordBody -> Session, for the signed-in account. */
  accountPassword: `${v1}/account/password`,
  /** GET Page<AccountSession>, last used first; DELETE ends all but this one. */
  accountSessions: `${v1}/account/sessions`,
  /** DELETE ends one. */
  accountSession: (id: string) => `${v1}/account/sessions/${id}`,
  /** GET SignInOptions, public. */
  signInOptions: `${v1}/sign-in-options`,
  /** POST SecondFactorBody -> Session: the second step of a sign-in. */
  sessionCode: `${v1}/session/code`,
  /** POST StartOidcBody -> OidcStart: sign in through the identity provider. */
  sessionOidc: `${v1}/session/oidc`,
  /** GET: where the provider sends the browser back to. */
  sessionOidcCallback: `${v1}/session/oidc/callback`,
  /** GET Account. */
  account: `${v1}/account`,
  /** POST ConfirmPasswordBody -> TwoFactorSetup. */
  accountTwoFactor: `${v1}/account/two-factor`,
  /** POST SecondFactorBody -> Session: from now on it counts; other browsers are signed out. */
  accountTwoFactorConfirm: `${v1}/account/two-factor/confirm`,
  /** POST ConfirmBothBody -> Session: the password alone signs in again; all other sessions end. */
  accountTwoFactorOff: `${v1}/account/two-factor/off`,
  /** POST ConfirmBothBody -> RecoveryCodes: new ones; the old ones are dead. */
  accountRecoveryCodes: `${v1}/account/two-factor/recovery-codes`,
  /** POST RequestResetBody, public. */
  passwordReset: `${v1}/password-reset`,
  /** POST ResetPasswordBody, public. */
  passwordResetConfirm: `${v1}/password-reset/confirm`,
  /** POST InvitationToken -> InvitationView, public. */
  joinLook: `${v1}/join/look`,
  /** POST JoinBody -> Session, public: a new account. */
  join: `${v1}/join`,
  /** POST InvitationToken -> Session: the signed-in account joins, and works in that workspace from now on. */
  accountJoin: `${v1}/account/join`,
  /** GET Page<Member>, oldest first. */
  members: `${v1}/members`,
  /** PATCH PatchMemberBody -> Member, DELETE takes the person out of the workspace. */
  member: (userId: string) => `${v1}/members/${userId}`,
  /** DELETE signs the person out of every browser that works in this workspace. */
  memberSessions: (userId: string) => `${v1}/members/${userId}/sessions`,
  /** GET Page<Invitation>, POST CreateInvitationBody -> CreatedInvitation. */
  invitations: `${v1}/invitations`,
  /** DELETE revokes. */
  invitation: (id: string) => `${v1}/invitations/${id}`,
  /** DELETE: the signed-in person leaves the workspace that they work in. */
  membership: `${v1}/account/membership`,
  /** GET Page<WorkspaceRef>, POST CreateWorkspaceBody -> WorkspaceRef. */
  workspaces: `${v1}/workspaces`,
  /** PATCH PatchWorkspaceBody -> WorkspaceRef, DELETE ?name= with everything in it: of the workspace that the caller works in. */
  workspace: `${v1}/workspace`,
  /** GET Page<ApiKey>, POST CreateApiKeyBody -> CreatedApiKey. */
  apiKeys: `${v1}/api-keys`,
  /** DELETE. */
  apiKey: (id: string) => `${v1}/api-keys/${id}`,
  /** GET Page<AuditEntry>, newest first. */
  audit: `${v1}/audit`,
  /** GET, the same filters and `?format=csv` or `json`: all of it as one file. */
  auditExport: `${v1}/audit/export`,
  /** POST -> VaultRotation: a new vault key, and every secret of every workspace encrypted under it. Needs `deployment:write`. */
  vaultRotate: `${v1}/vault/rotate`,
  /** GET {items: CatalogueEntry[], next: null}, all at once. */
  catalogue: `${v1}/catalogue`,
  /** GET Page<Channel> by age, POST CreateChannelBody -> Channel. */
  channels: `${v1}/channels`,
  /** GET, PATCH PatchChannelBody, DELETE. */
  channel: (id: string) => `${v1}/channels/${id}`,
  /** POST -> Channel: new addresses for viewers; the old ones are dead at once. */
  channelPlaybackRotate: (id: string) => `${v1}/channels/${id}/playback/rotate`,
  /** POST SourceBody -> Channel. */
  channelSource: (id: string) => `${v1}/channels/${id}/source`,
  /** POST, no body -> Channel: ends the show. Asking twice is harmless. */
  broadcastEnd: (id: string) => `${v1}/channels/${id}/broadcast/end`,
  /** POST, no body -> Channel: takes the end of the show back. */
  broadcastStart: (id: string) => `${v1}/channels/${id}/broadcast/start`,
  /** POST HoldSlateBody -> Channel: keeps the slate on the air for longer. */
  slateHold: (id: string) => `${v1}/channels/${id}/slate/hold`,
  /** PUT the picture itself -> Channel, DELETE -> Channel: poster and logo of the player page. */
  pageImage: (id: string, kind: string) => `${v1}/channels/${id}/page/${kind}`,
  /** GET, public, any origin: a picture of the player page. */
  playImage: (playId: string, digest: string) => `${v1}/play/${playId}/images/${digest}`,
  /** GET Page<Recording>, newest first; POST, no body -> Recording: starts one, or answers the one under way. */
  channelRecordings: (id: string) => `${v1}/channels/${id}/recordings`,
  /** GET Page<Recording>, newest first, `?channel=` and `?state=`. */
  recordings: `${v1}/recordings`,
  /** GET, PATCH PatchRecordingBody, DELETE (refused while it runs or is pinned). */
  recording: (id: string) => `${v1}/recordings/${id}`,
  /** POST, no body -> Recording. Asking twice is harmless. */
  recordingStop: (id: string) => `${v1}/recordings/${id}/stop`,
  /** GET RecordingMetadata. */
  recordingMetadata: (id: string) => `${v1}/recordings/${id}/metadata`,
  /** GET: an MP4 file, `?fromMs=&toMs=&exact=`. */
  recordingDownload: (id: string) => `${v1}/recordings/${id}/download`,
  /** POST ClipRecordingBody -> Clip. */
  recordingClip: (id: string) => `${v1}/recordings/${id}/clip`,
  /** GET {items: Player[], next: null} by age, POST CreatePlayerBody -> Player. */
  channelPlayers: (id: string) => `${v1}/channels/${id}/players`,
  /** GET, PATCH PatchPlayerBody, DELETE ends its addresses. */
  player: (id: string) => `${v1}/players/${id}`,
  /** GET PlaybackStats. */
  channelPlaybackStats: (id: string) => `${v1}/channels/${id}/playback/stats`,
  /** GET BroadcastPlayback. */
  broadcastPlayback: (id: string) => `${v1}/broadcasts/${id}/playback`,
  /** POST ComplaintBody -> PlaybackMark: what a viewer said stands in the timeline. */
  channelComplaints: (id: string) => `${v1}/channels/${id}/complaints`,
  /** GET Switches: the last switches of source as measured. */
  channelSwitches: (id: string) => `${v1}/channels/${id}/switches`,
  /** POST RehearsalBody -> StartedRehearsal: cuts the primary from inside for a while. */
  failoverRehearsals: (id: string) => `${v1}/channels/${id}/rehearsals/failover`,
  /** GET ChannelStats. */
  channelStats: (id: string) => `${v1}/channels/${id}/stats`,
  /** GET LatencyLedger. */
  channelLatency: (id: string) => `${v1}/channels/${id}/latency`,
  /** GET ChannelProbes. */
  channelProbes: (id: string) => `${v1}/channels/${id}/probes`,
  /** GET SrtHistory, `?minutes=60&subject=`. */
  channelSrt: (id: string) => `${v1}/channels/${id}/srt`,
  /** POST, no body -> Preflight. */
  channelPreflight: (id: string) => `${v1}/channels/${id}/preflight`,
  /** POST PreflightTargetBody -> PreflightOutput. */
  preflight: `${v1}/preflight`,
  /** GET Rollback, POST RollbackBody -> Rollback, DELETE takes it back -> Rollback. */
  channelRollback: (id: string) => `${v1}/channels/${id}/rollback`,
  /** GET: a JPEG of the last key frame on the air, at most 320 px wide, with ETag; `Last-Modified` is when it was taken. */
  channelThumbnail: (id: string) => `${v1}/channels/${id}/thumbnail`,
  /** GET Triage. */
  channelTriage: (id: string) => `${v1}/channels/${id}/triage`,
  /** GET {items: Triage[], next: null}: of every channel, without when it was rehearsed. */
  triage: `${v1}/triage`,
  /** GET FigureHistory: the last 15 minutes, a sample every 5 s. */
  channelHistory: (id: string) => `${v1}/channels/${id}/history`,
  /** GET WorkspaceSettings, PATCH PatchWorkspaceSettingsBody. */
  workspaceSettings: `${v1}/workspace/settings`,
  /** GET {items: PolicyVersion[], next: null}: the three classes as they hold now. */
  policies: `${v1}/policies`,
  /** PATCH PatchPolicyBody -> PolicyVersion, DELETE ?version=&reason= goes back to the shipped one -> PolicyVersion. */
  policy: (outputClass: string) => `${v1}/policies/${outputClass}`,
  /** GET Page<PolicyVersion>, newest first. */
  policyVersions: (outputClass: string) => `${v1}/policies/${outputClass}/versions`,
  /** GET Page<StoredEvent>, newest first, `?channel=`: of the whole workspace, deleted channels and Sluice itself too. */
  eventLog: `${v1}/event-log`,
  /** GET Page<BroadcastSummary>, newest first; of a deleted channel too. */
  channelBroadcasts: (id: string) => `${v1}/channels/${id}/broadcasts`,
  /** GET BroadcastReport. */
  broadcast: (id: string) => `${v1}/broadcasts/${id}`,
  /** GET Page<StoredEvent>, newest first; of a deleted channel too. */
  channelTimeline: (id: string) => `${v1}/channels/${id}/timeline`,
  /** GET {items: Rung[], next: null} by age, POST CreateRungBody -> Rung. */
  channelRungs: (id: string) => `${v1}/channels/${id}/rungs`,
  /** GET, PATCH PatchRungBody, DELETE (refused while an output names it). */
  rung: (id: string) => `${v1}/rungs/${id}`,
  /** GET {items: RungTemplate[], next: null}, those of Sluice first; POST CreateRungTemplateBody -> RungTemplate. */
  rungTemplates: `${v1}/rung-templates`,
  /** DELETE one of the workspace's own. */
  rungTemplate: (id: string) => `${v1}/rung-templates/${id}`,
  /** PUT LadderBody -> ChannelPlan. */
  channelLadder: (id: string) => `${v1}/channels/${id}/ladder`,
  /** GET {items: Picture[], next: null} by age; POST the file itself, `?name=` -> Picture. */
  pictures: `${v1}/pictures`,
  /** GET, DELETE (refused while a rung shows it). */
  picture: (id: string) => `${v1}/pictures/${id}`,
  /** GET: the PNG. */
  pictureImage: (id: string) => `${v1}/pictures/${id}/image`,
  /** POST, public: what OBS asks before it goes live with Enhanced Broadcasting, and the answer in the form that OBS reads. */
  clientConfiguration: `${v1}/enhanced-broadcasting/GetClientConfiguration`,
  /** GET ChannelPlan. */
  channelPlan: (id: string) => `${v1}/channels/${id}/plan`,
  /** GET Page<Output> by age, POST CreateOutputBody -> Output. */
  channelOutputs: (id: string) => `${v1}/channels/${id}/outputs`,
  /** POST CreateInputBody -> Input: the next free backup. */
  channelInputs: (id: string) => `${v1}/channels/${id}/inputs`,
  /** PATCH PatchInputBody -> Input, DELETE (backup2 and further). */
  input: (id: string) => `${v1}/inputs/${id}`,
  /** GET, PATCH PatchOutputBody, DELETE. */
  output: (id: string) => `${v1}/outputs/${id}`,
  /** POST, no body -> Output. Asking twice is harmless; `rearm` always begins afresh. */
  outputStart: (id: string) => `${v1}/outputs/${id}/start`,
  outputStop: (id: string) => `${v1}/outputs/${id}/stop`,
  outputRearm: (id: string) => `${v1}/outputs/${id}/rearm`,
  /** GET Page<Clip> by age; POST the file itself, `?name=` -> Clip. */
  clips: `${v1}/clips`,
  /** GET, DELETE (refused while it is used). */
  clip: (id: string) => `${v1}/clips/${id}`,
  /** GET Page<Destination> by age, POST CreateDestinationBody -> Destination. */
  destinations: `${v1}/destinations`,
  /** GET, PATCH PatchDestinationBody, DELETE (refused while outputs use it). */
  destination: (id: string) => `${v1}/destinations/${id}`,
  /** POST RotateBody -> Destination; DELETE forgets the key that is kept for later -> Destination. */
  destinationRotate: (id: string) => `${v1}/destinations/${id}/rotate`,
  /** GET Page<AuditEntry>, newest first: who did what with it. */
  destinationAudit: (id: string) => `${v1}/destinations/${id}/audit`,
  /** GET Page<GuestLink>, POST CreateGuestLinkBody -> CreatedGuestLink. */
  channelGuestLinks: (id: string) => `${v1}/channels/${id}/guest-links`,
  /** DELETE revokes -> GuestLink. */
  guestLink: (id: string) => `${v1}/guest-links/${id}`,
  /** GET GuestView. The token of the link is all that is needed, here and below. */
  guest: (token: string) => `${v1}/guest/${token}`,
  /** POST GuestOutputBody -> GuestOutput. */
  guestOutputs: (token: string) => `${v1}/guest/${token}/outputs`,
  /** PATCH PatchGuestOutputBody -> GuestOutput, DELETE. */
  guestOutput: (token: string, id: string) => `${v1}/guest/${token}/outputs/${id}`,
  /** POST GuestPreflightBody -> GuestPreflight. */
  guestPreflight: (token: string) => `${v1}/guest/${token}/preflight`,
  /** The console's page for the first account. The code stands in the fragment, which browsers send to nobody. */
  setupPage: (code: string) => `/setup#code=${code}`,
  /** The page of an invitation. Its token stands in the fragment too. */
  joinPage: (token: string) => `/join#token=${token}`,
  /** The page where a password is replaced. */
  resetPage: (token: string) => `/reset#token=${token}`,
  /** The guest's page. */
  guestPage: (token: string) => `/guest/${token}`,
  /** GET StreamMessage as server-sent events, each under the event name that is its `type`. `?channel=` for one channel. */
  events: `${v1}/events`,
  /** GET PlayInfo, public, any origin. */
  play: (playId: string) => `${v1}/play/${playId}`,
  /** POST Beacon, public: JSON under any content type, as `sendBeacon` sends it; one or a list. */
  playBeacons: (playId: string) => `${v1}/play/${playId}/beacons`,
  /** GET OEmbed, public, `?url=`, `maxwidth`, `maxheight`. */
  oembed: '/oembed',
} as const
