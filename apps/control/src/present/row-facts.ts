import type { Channel } from '@sluice/contract/api'
import { autoRollbackOf, type ChannelRecord, channelStanding, failoverOf } from '../services/channel/index.ts'
import type { Vault } from '../vault/index.ts'

/** What a channel's stored settings come to, whatever its engine reports. */
export type ChannelSettings = Pick<Channel, 'failover' | 'overrides' | 'violations' | 'autoRollback'>

/**
 * What follows from stored rows alone, worked out once for as long as somebody holds the row: secrets in the clear, settings out of their
 * columns. A row that is read again is another object, so nothing here can be out of date.
 */
export class RowFacts {
  readonly #vault: Vault
  readonly #secrets = new WeakMap<object, Map<string, string>>()
  readonly #settings = new WeakMap<ChannelRecord, ChannelSettings>()

  constructor(vault: Vault) {
    this.#vault = vault
  }

  /** The secret in a sealed column. Throws as Vault.open does. */
  secret<C extends string>(table: string, row: Readonly<Record<C | 'id', string>>, column: C): string {
    let secrets = this.#secrets.get(row)
    if (secrets === undefined) {
      secrets = new Map()
      this.#secrets.set(row, secrets)
    }
    let secret = secrets.get(column)
    if (secret === undefined) {
      secret = this.#vault.open({ table, column, row: row.id }, row[column])
      secrets.set(column, secret)
    }
    return secret
  }

  settings(record: ChannelRecord): ChannelSettings {
    let settings = this.#settings.get(record)
    if (settings === undefined) {
      const { overrides, violations } = channelStanding(record)
      settings = { failover: failoverOf(record), overrides, violations, autoRollback: autoRollbackOf(record.channel.auto_rollback) }
      this.#settings.set(record, settings)
    }
    return settings
  }
}
