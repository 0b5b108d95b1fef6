import { roles } from '@sluice/contract/api'
import { betterAuth } from 'better-auth'
import { createAccessControl } from 'better-auth/plugins/access'
import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins/generic-oauth'
import { organization } from 'better-auth/plugins/organization'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { type Database, newId } from '../db/index.ts'
import { addressHeader } from './client-headers.ts'
import { sessionMs, sessionRenewMs } from './sessions.ts'

// Rights are our scopes (contract's `roleScopes`), checked by route and verb: better-auth only has to know the names of the roles.
const access = createAccessControl({})
const workspaceRoles = Object.fromEntries(roles.map((role) => [role, access.newRole({})]))

/**
 * Passwords, sessions and memberships, kept in our own database. Its HTTP routes are not mounted: control's own routes
 * call `api`, so that there is one way in, with our rate limit, origin check and audit.
 */
export function createAuth(db: Database, secret: string, provider: GenericOAuthConfig | null = null) {
  const times = { createdAt: 'created_at', updatedAt: 'updated_at' } as const
  return betterAuth({
    // 'sqlite' names the column form (times as text, truth as 0 or 1), which our schema has on both engines.
    database: { db, type: 'sqlite' },
    secret,
    baseURL: 'http://sluice.invalid',
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'sluice',
      useSecureCookies: false,
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: [addressHeader], ipv6Subnet: 128 },
    },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    user: { modelName: 'auth_user', fields: { emailVerified: 'email_verified', ...times } },
    session: {
      modelName: 'auth_session',
      expiresIn: sessionMs / 1000,
      updateAge: sessionRenewMs / 1000,
      fields: { userId: 'user_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', ...times },
    },
    account: {
      // Whoever begins to sign in leaves nothing in the database.
      storeStateStrategy: 'cookie',
      updateAccountOnSignIn: false,
      encryptOAuthTokens: true,
      // A signed-in person may connect an account of any address; by itself only a proven address connects to a proven one.
      accountLinking: { allowDifferentEmails: true },
      modelName: 'auth_account',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...times,
      },
    },
    verification: { modelName: 'auth_verification', fields: { expiresAt: 'expires_at', ...times } },
    plugins: [
      ...(provider === null ? [] : [genericOAuth({ config: [provider] })]),
      twoFactor({
        issuer: 'Sluice',
        schema: {
          user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
          twoFactor: {
            modelName: 'auth_two_factor',
            fields: {
              userId: 'user_id',
              backupCodes: 'backup_codes',
              failedVerificationCount: 'failed_verification_count',
              lockedUntil: 'locked_until',
            },
          },
        },
      }),
      organization({
        ac: access,
        roles: workspaceRoles,
        creatorRole: 'owner',
        schema: {
          organization: { modelName: 'workspace', fields: { createdAt: 'created_at' } },
          member: { modelName: 'workspace_member', fields: { organizationId: 'workspace_id', userId: 'user_id', createdAt: 'created_at' } },
          invitation: {
            modelName: 'workspace_invitation',
            fields: { organizationId: 'workspace_id', expiresAt: 'expires_at', inviterId: 'inviter_id', createdAt: 'created_at' },
          },
          session: { fields: { activeOrganizationId: 'active_workspace_id' } },
        },
      }),
    ],
  })
}

export type Auth = ReturnType<typeof createAuth>
