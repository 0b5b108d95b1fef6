import type { Generated } from 'kysely'

// In the form that better-auth reads and writes: times as ISO 8601 text, truth as 0 or 1, which stays so in rows too.

/**
 * Indexes:
 * - unique `email`: the sign-in
 */
export type UserTable = {
  id: string
  name: string
  email: string
  email_verified: 0 | 1
  image: string | null
  two_factor_enabled: Generated<0 | 1>
  created_at: string
  updated_at: string
}

/**
 * Indexes:
 * - unique `token`: the session of a request's cookie
 * - `auth_session_by_user_id`: the browsers of an account, and ending them
 */
export type SessionTable = {
  id: string
  token: string
  user_id: string
  expires_at: string
  ip_address: string | null
  user_agent: string | null
  active_workspace_id: string | null
  created_at: string
  updated_at: string
}

/**
 * Indexes:
 * - `auth_account_by_user_id`: the password of an account
 */
export type AccountTable = {
  id: string
  account_id: string
  provider_id: string
  user_id: string
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: string | null
  refresh_token_expires_at: string | null
  scope: string | null
  created_at: string
  updated_at: string
}

/**
 * The second factor of an account, in better-auth's form: secret and recovery codes are encrypted under the deployment's secret.
 *
 * Indexes:
 * - `auth_two_factor_by_user_id`: the codes of an account that signs in
 */
export type TwoFactorTable = {
  id: string
  user_id: string
  secret: string
  backup_codes: string
  verified: 0 | 1 | null
  failed_verification_count: number | null
  locked_until: string | null
}

/**
 * Links by which a password is replaced.
 *
 * Indexes:
 * - `password_reset_by_user_id`: those of an account, which end together
 */
export type PasswordResetTable = { token_hash: string; user_id: string; expires_at_ms: number }
