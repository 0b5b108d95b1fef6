import type { ConfigurationAnswer } from '@sluice/contract/enhanced-broadcasting'
import type { Database } from '../db/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Refusal } from './ask-platform.ts'

/** What a platform last said to one output, for the session that it said it to. */
export type StoredGrant = {
  readonly outputId: string
  readonly session: string
  readonly answer: ConfigurationAnswer | null
  readonly refusal: Refusal | null
  /** The stream key that it was asked with. */
  readonly ownKey: string
}

const placeOf = (outputId: string) => ({ table: 'enhanced_grant', column: 'answer_sealed', row: outputId })

/** Grants over restarts of control: a running stream must not be asked for anew. */
export class GrantStore {
  readonly #db: Database
  readonly #vault: Vault
  readonly #wallMs: () => number

  constructor(db: Database, vault: Vault, wallMs: () => number) {
    this.#db = db
    this.#vault = vault
    this.#wallMs = wallMs
  }

  async all(): Promise<StoredGrant[]> {
    const rows = await this.#db.selectFrom('enhanced_grant').selectAll().execute()
    return rows.map(({ output_id: outputId, session, answer_sealed: sealed }) => {
      const kept = JSON.parse(this.#vault.open(placeOf(outputId), sealed)) as Pick<StoredGrant, 'answer' | 'refusal' | 'ownKey'>
      return { outputId, session, ...kept }
    })
  }

  async drop(outputIds: readonly string[]): Promise<void> {
    await this.#db.deleteFrom('enhanced_grant').where('output_id', 'in', outputIds).execute()
  }

  async keep({ outputId, session, ...kept }: StoredGrant): Promise<void> {
    const row = { session, answer_sealed: this.#vault.seal(placeOf(outputId), JSON.stringify(kept)), at_ms: this.#wallMs() }
    await this.#db
      .insertInto('enhanced_grant')
      .values({ output_id: outputId, ...row })
      .onConflict((conflict) => conflict.column('output_id').doUpdateSet(row))
      .execute()
  }
}
