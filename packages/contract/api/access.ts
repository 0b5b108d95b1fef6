import { z } from 'zod'
import { Name } from '../text/index.ts'
import { PageQuery } from './page.ts'

/** What a caller may do in one workspace. `key:read` shows stream keys of inputs, nothing ever shows those of destinations. */
export const workspaceScopes = [
  'channel:read',
  'channel:write',
  'key:read',
  'output:read',
  'output:write',
  'destination:read',
  'destination:write',
  'event:read',
  'policy:override',
  'member:read',
  'audit:read',
  'apikey:write',
  'workspace:write',
] as const
export const WorkspaceScope = z.enum(workspaceScopes)
export type WorkspaceScope = z.infer<typeof WorkspaceScope>
/**
 * What only an owner in person may do, and the admin token: a key that could invite people or delete the workspace could give itself every
 * other right.
 */
export const ownerScopes = ['member:write', 'workspace:delete'] as const
/**
 * What reaches into every workspace of this Sluice: the admin token has it, and the sessions of the person who set Sluice up. No API key
 * can: a key belongs to one workspace.
 */
export const deploymentScopes = ['deployment:write'] as const
export const scopes = [...workspaceScopes, ...ownerScopes, ...deploymentScopes] as const
export const Scope = z.enum(scopes)
export type Scope = z.infer<typeof Scope>

/** People's roles, from the one that may do everything to the one that only watches. */
export const roles = ['owner', 'producer', 'operator', 'moderator', 'observer'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

const observer = ['channel:read', 'output:read', 'destination:read', 'event:read'] as const satisfies readonly WorkspaceScope[]
const moderator = [...observer, 'member:read'] as const satisfies readonly WorkspaceScope[]
const operator = [
  ...moderator,
  'channel:write',
  'key:read',
  'output:write',
  'destination:write',
] as const satisfies readonly WorkspaceScope[]
const producer = [...operator, 'policy:override', 'audit:read'] as const satisfies readonly WorkspaceScope[]
/** What each role may do: the whole table of rights together with `routePermissions`. Each role may do what those below it may. */
export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  owner: [...workspaceScopes, ...ownerScopes],
  producer,
  operator,
  moderator,
  observer,
}
/** What an API key of a role may do: that of the role, but for what only a person may. */
export const keyScopes = (role: Role): WorkspaceScope[] => workspaceScopes.filter((scope) => roleScopes[role].includes(scope))

const Email = z.email().max(254)
/** A password that is set. */
export const NewPassword = z.string().min(10).max(128)
/** Checked and not kept: any length that a password could ever have had. */
const PresentPassword = z.string().min(1).max(128)

/** `GET /setup`: whether the first account is still to be made. */
export const SetupState = z.object({ needed: z.boolean() })
/**
 * `POST /setup`: the owner's account and the first workspace; refused once an account exists. Answers a Session and sets its cookie.
 * `code` is the one that Sluice prints when it starts; it may be left out with `Authorization: Bearer` and the admin token.
 */
export const SetupBody = z.object({
  name: Name,
  email: Email,
  password: NewPassword,
  workspace: Name.default('Main'),
  code: z.string().max(100).optional(),
})
export type SetupBody = z.input<typeof SetupBody>
/** `POST /session`: sign in; sets the cookie. `DELETE /session` signs out. */
export const SignInBody = z.object({ email: Email, password: PresentPassword })
export type SignInBody = z.infer<typeof SignInBody>

export const WorkspaceRef = z.object({ id: z.string(), name: z.string(), role: Role })
/** `GET /session`: who asks, in which workspace, with what rights. `user` is null for API keys. */
export const Session = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  workspace: WorkspaceRef,
  workspaces: z.array(WorkspaceRef),
  scopes: z.array(Scope),
  /** This workspace asks for a second factor, and the account has none: until then it may do nothing here. */
  needsTwoFactor: z.boolean(),
})
export type Session = z.infer<typeof Session>

/** `POST /account/password`: ends all other sessions, and gives this one a new cookie. Answers a Session. */
export const ChangePasswordBody = z.object({ currentPassword: PresentPassword, newPassword: NewPassword })
export type ChangePasswordBody = z.infer<typeof ChangePasswordBody>

/** `POST /session/code`: the second step of a sign-in: six digits of the authenticator app, or a recovery code. */
export const SecondFactorBody = z.object({ code: z.string().trim().min(6).max(20) })
/** `GET /account`: how the signed-in person signs in. `hasProvider`: through the identity provider too. */
export const Account = z.object({
  name: z.string(),
  email: z.string(),
  hasPassword: z.boolean(),
  hasTwoFactor: z.boolean(),
  hasProvider: z.boolean(),
})
export type Account = z.infer<typeof Account>
/** What proves that the person at the keyboard is the one who signed in. */
export const ConfirmPasswordBody = z.object({ password: PresentPassword })
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })
/** `POST /account/two-factor`: what goes into the app. It counts from `POST /account/two-factor/confirm` on. */
export const TwoFactorSetup = RecoveryCodes.extend({ uri: z.string(), secret: z.string() })
export type TwoFactorSetup = z.infer<typeof TwoFactorSetup>
/** Of an account with a second factor: `code` is six digits of the app, or a recovery code. */
export const ConfirmBothBody = ConfirmPasswordBody.extend(SecondFactorBody.shape)
export type ConfirmBothBody = z.infer<typeof ConfirmBothBody>
/**
 * `POST /session/oidc`: where the browser goes to sign in. `links`: connect the signed-in account instead, which needs its password, and a
 * code where it has a second factor. An account without a password needs a session of the last ten minutes.
 */
export const StartOidcBody = ConfirmBothBody.partial().extend({ links: z.boolean().default(false) })
export const OidcStart = z.object({ url: z.string() })

/** A browser that is signed in to this account. `browser` is in words, "Firefox on Linux"; null where it did not say. */
export const AccountSession = z.object({
  id: z.string(),
  isCurrent: z.boolean(),
  browser: z.string().nullable(),
  /** Of its last use; null while unknown. */
  address: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** To about a minute. */
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type AccountSession = z.infer<typeof AccountSession>

export const CreateWorkspaceBody = z.object({ name: Name })
/** `PATCH /session`: the workspace that this session works in from now on. API keys belong to one for good. */
export const PatchSessionBody = z.object({ workspaceId: z.string() })

/** `role` gives the scopes of that role, as they are now; otherwise `scopes` names them. */
export const CreateApiKeyBody = z
  .object({
    name: Name,
    scopes: z.array(WorkspaceScope).min(1).optional(),
    role: Role.optional(),
    expiresAt: z.iso.datetime().nullable().default(null),
  })
  .refine(({ scopes, role }) => (scopes === undefined) !== (role === undefined), {
    path: ['scopes'],
    message: 'Send either scopes or a role.',
  })
export type CreateApiKeyBody = z.input<typeof CreateApiKeyBody>
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters, to tell keys apart. */
  prefix: z.string(),
  scopes: z.array(WorkspaceScope),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>
/** The only answer that ever holds the key itself. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() })
export type CreatedApiKey = z.infer<typeof CreatedApiKey>

/** A person of the workspace. */
export const Member = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  hasTwoFactor: z.boolean(),
  joinedAt: z.iso.datetime(),
  /** Browsers that are signed in and work in this workspace. */
  sessions: z.number().int(),
  /** Of those, to about a minute; null: none is signed in. */
  lastUsedAt: z.iso.datetime().nullable(),
})
export type Member = z.infer<typeof Member>
export const PatchMemberBody = z.object({ role: Role })

export const invitationHours = { least: 1, most: 30 * 24, usual: 7 * 24 } as const
/** `email`: only this address may join; null: whoever has the link. `sends`: the link goes there by mail, and nowhere else. */
export const CreateInvitationBody = z
  .object({
    role: Role,
    email: Email.nullable().default(null),
    sends: z.boolean().default(false),
    hours: z.number().int().min(invitationHours.least).max(invitationHours.most).default(invitationHours.usual),
  })
  .refine(({ email, sends }) => email !== null || !sends, { path: ['email'], message: 'Enter the address to send the invitation to.' })
export type CreateInvitationBody = z.input<typeof CreateInvitationBody>
/** An open invitation. Its link is used once: whoever joins by it ends it. */
export const Invitation = z.object({
  id: z.string(),
  role: Role,
  email: z.string().nullable(),
  isMailed: z.boolean(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type Invitation = z.infer<typeof Invitation>
/** The only answer that ever holds the link; null where it went by mail. */
export const CreatedInvitation = Invitation.extend({ url: z.string().nullable() })
export type CreatedInvitation = z.infer<typeof CreatedInvitation>

/** `POST /join/look`: what an invitation is for, for whoever has its token. */
export const InvitationToken = z.object({ token: z.string().max(100) })
export const InvitationView = z.object({
  workspace: z.string(),
  role: Role,
  email: z.string().nullable(),
  invitedBy: z.string(),
  expiresAt: z.iso.datetime(),
})
export type InvitationView = z.infer<typeof InvitationView>
/** `POST /join`: a new account joins, and is signed in. Who has an account signs in first, then `POST /account/join`. */
export const JoinBody = InvitationToken.extend({ name: Name, email: Email, password: NewPassword })
export type JoinBody = z.infer<typeof JoinBody>

/** `POST /password-reset`: sends a link if there is such an account. The answer is the same if there is none. */
export const RequestResetBody = z.object({ email: Email })
/** `POST /password-reset/confirm`: the link's token and the new password. All sessions of the account end. */
export const ResetPasswordBody = z.object({ token: z.string().max(100), password: NewPassword })

/** `GET /sign-in-options`, public: what the sign-in page offers. `provider`: the name of the identity provider; null: there is none. */
export const SignInOptions = z.object({ canResetByMail: z.boolean(), provider: z.string().nullable() })
export type SignInOptions = z.infer<typeof SignInOptions>

const maxFilterChars = 100
/** `who` and `what`: text that the name of the caller, or the action and its sentence, have in them. `from` is in, `until` is not. */
const auditFilters = {
  who: z.string().trim().max(maxFilterChars).optional(),
  what: z.string().trim().max(maxFilterChars).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
}
export const AuditQuery = PageQuery.extend(auditFilters)
export const AuditExportQuery = z.object({ ...auditFilters, format: z.enum(['csv', 'json']).default('csv') })

export const AuditEntry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  /** Name of the person or of the API key. */
  actor: z.string(),
  action: z.string(),
  subjectId: z.string().nullable(),
  summary: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>
