import { createHash, timingSafeEqual } from 'node:crypto'
import { PolicyError } from '@sluice/base/errors'
import { scopes } from '@sluice/contract/api'
import type { Database } from '../db/index.ts'
import { notFound } from '../services/index.ts'
import { oldestWorkspace } from '../services/workspace/index.ts'
import type { Principal } from './principal.ts'

const minTokenLength = 24
const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

/** The operator's own full-access token out of the settings, compared in constant time. */
export class OperatorToken {
  readonly #digest: Buffer | null

  constructor(token: string | null) {
    if (token !== null && token.length < minTokenLength) {
      const found = `SLUICE_ADMIN_TOKEN has ${token.length} characters, not ${minTokenLength} or more`
      throw new PolicyError('SETTING_VALUE', '--admin-token', `${minTokenLength} characters or more`, found)
    }
    this.#digest = token === null ? null : digest(token)
  }

  matches(candidate: string): boolean {
    return this.#digest !== null && timingSafeEqual(this.#digest, digest(candidate))
  }
}

/** The operator, in the workspace that the request names, else in the oldest. */
export async function principalOfOperator(db: Database, workspaceId: string | undefined): Promise<Principal> {
  const workspace =
    workspaceId === undefined
      ? await oldestWorkspace(db)
      : await db.selectFrom('workspace').select(['id', 'name']).where('id', '=', workspaceId).executeTakeFirst()
  if (workspace === undefined) throw notFound('workspace', workspaceId ?? '')
  return {
    actor: { kind: 'operator', id: 'operator', name: 'operator' },
    email: null,
    workspace: { ...workspace, role: 'owner' },
    scopes: new Set(scopes),
    via: 'bearer',
    sessionId: null,
    renewedCookie: null,
    needsTwoFactor: false,
  }
}
