import { z } from 'zod'
import { Name } from '../text/index.ts'

/** What a caller may do in one workspace; a verb checks exactly one. `key:read` shows stream keys of inputs, nothing ever shows those of destinations. */
export const workspaceScopes = [
  'channel:read',
  'channel:write',
  'key:read',
  'output:read',
  'output:write',
  'destination:read',
  'destination:write',
  'event:read',
  'apikey:write',
  'workspace:write',
] as const
export const WorkspaceScope = z.enum(workspaceScopes)
export type WorkspaceScope = z.infer<typeof WorkspaceScope>
/**
 * What reaches into every workspace of this Sluice: the admin token has it, and the sessions of the person who set Sluice up. No API key
 * can: a key belongs to one workspace.
 */
export const deploymentScopes = ['deployment:write'] as const
export const scopes = [...workspaceScopes, ...deploymentScopes] as const
export const Scope = z.enum(scopes)
export type Scope = z.infer<typeof Scope>

/** People's roles and the scopes they stand for. */
export const roles = ['owner', 'operator', 'viewer'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>
export const roleScopes: Readonly<Record<Role, readonly WorkspaceScope[]>> = {
  owner: workspaceScopes,
  operator: [
    'channel:read',
    'channel:write',
    'key:read',
    'output:read',
    'output:write',
    'destination:read',
    'destination:write',
    'event:read',
  ],
  viewer: ['channel:read', 'output:read', 'destination:read', 'event:read'],
}

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
})
export type Session = z.infer<typeof Session>

/** `POST /account/password`: ends all other sessions, and gives this one a new cookie. Answers a Session. */
export const ChangePasswordBody = z.object({ currentPassword: PresentPassword, newPassword: NewPassword })
export type ChangePasswordBody = z.infer<typeof ChangePasswordBody>

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

export const CreateApiKeyBody = z.object({
  name: Name,
  scopes: z.array(WorkspaceScope).min(1),
  expiresAt: z.iso.datetime().nullable().default(null),
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
