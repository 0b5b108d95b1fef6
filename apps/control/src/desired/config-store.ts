import { type ClassPolicy, OutputClass } from '@sluice/contract/policy'
import type { Selectable } from 'kysely'
import type { Database, DestinationTable, OutputTable, Reader } from '../db/index.ts'
import { type ChannelRecord, type ChannelRow, withInputs } from '../services/channel/index.ts'
import type { OutputRecord } from '../services/output/index.ts'

type OutputWithSecrets = Selectable<OutputTable> &
  Pick<
    Selectable<DestinationTable>,
    'platform' | 'url' | 'key_sealed' | 'passphrase_sealed' | 'query_sealed' | 'tls_verify' | 'place_no'
  > & {
    guest: string | null
  }
/** `policy`: of its class, so that an output counts as changed when that was. */
type ConfiguredOutput = OutputWithSecrets & { policy: ClassPolicy }

/** Everything that is stored about one channel: what the API shows and what the engine is told both come out of it. */
export type ChannelConfig = { record: ChannelRecord; outputs: ConfiguredOutput[] }

/** The configuration of all channels, or of one. */
async function readConfigs(db: Database, channelId?: string): Promise<ChannelConfig[]> {
  const channels = await db
    .selectFrom('channel')
    .selectAll()
    .$if(channelId !== undefined, (select) => select.where('id', '=', channelId!))
    .execute()
  const records = await withInputs(db, channels)
  const outputs = await outputsOf(db, channelId)
  const byChannel = Map.groupBy(outputs, (output) => output.channel_id)
  return records.map((record) => ({
    record,
    outputs: (byChannel.get(record.channel.id) ?? []).map((output) => ({
      ...output,
      policy: record.policies[OutputClass.parse(output.class)],
    })),
  }))
}

const outputsOf = (db: Reader, channelId: string | undefined): Promise<OutputWithSecrets[]> =>
  db
    .selectFrom('output')
    .innerJoin('destination', 'destination.id', 'output.destination_id')
    .leftJoin('guest_link', 'guest_link.id', 'destination.guest_link_id')
    .selectAll('output')
    .select([
      'guest_link.name as guest',
      'destination.place_no',
      'destination.platform',
      'destination.url',
      'destination.key_sealed',
      'destination.passphrase_sealed',
      'destination.query_sealed',
      'destination.tls_verify',
    ])
    .$if(channelId !== undefined, (select) => select.where('output.channel_id', '=', channelId!))
    .orderBy('output.id')
    .execute()

/** Without the secrets. */
export const toOutputRecord = ({
  key_sealed,
  passphrase_sealed: _,
  query_sealed: ___,
  place_no: __,
  ...row
}: ConfiguredOutput): OutputRecord => ({
  ...row,
  has_key: key_sealed !== null,
})

/** Ids of the outputs that are in `after` and not the same in `before`. */
export function changedOutputs(before: ChannelConfig | undefined, after: ChannelConfig): string[] {
  const known = new Map(before?.outputs.map((output) => [output.id, JSON.stringify(output)]))
  return after.outputs.filter((output) => known.get(output.id) !== JSON.stringify(output)).map((output) => output.id)
}

/** The configuration of all channels in memory, which follows the database: each commit is followed by a reload of its channel. */
export class ConfigStore {
  readonly #db: Database
  // bound: one a channel of the database
  readonly #configs = new Map<string, ChannelConfig>()
  // bound: one a channel
  readonly #byPlayId = new Map<string, string>()
  /** Workspaces of deleted channels too: their engine's last events still have to find their log. */
  // bound: one a channel that ever was since the start: two ids
  readonly #workspaces = new Map<string, string>()

  constructor(db: Database) {
    this.#db = db
  }

  async load(): Promise<void> {
    for (const config of await readConfigs(this.#db)) this.#keep(config)
  }

  /** Reads one channel again; forgets it when it is gone. */
  async reload(channelId: string): Promise<ChannelConfig | null> {
    const [config] = await readConfigs(this.#db, channelId)
    const before = this.channelOf(channelId)
    if (before !== undefined) this.#byPlayId.delete(before.play_id)
    if (config === undefined) this.#configs.delete(channelId)
    else this.#keep(config)
    return config ?? null
  }

  get(channelId: string): ChannelConfig | undefined {
    return this.#configs.get(channelId)
  }
  get all(): ChannelConfig[] {
    return [...this.#configs.values()]
  }
  channelOf(channelId: string): ChannelRow | undefined {
    return this.#configs.get(channelId)?.record.channel
  }
  channelOfPlayId(playId: string): ChannelRow | undefined {
    return this.channelOf(this.#byPlayId.get(playId) ?? '')
  }
  workspaceOf(channelId: string): string | undefined {
    return this.#workspaces.get(channelId)
  }

  /** Writes where the channel lives. No revision: an engine is told by being given the channel. */
  async place(channelId: string, engineId: string): Promise<void> {
    await this.#db.updateTable('channel').set({ engine_id: engineId }).where('id', '=', channelId).execute()
    const config = this.#configs.get(channelId)
    if (config !== undefined) config.record.channel.engine_id = engineId
  }

  #keep(config: ChannelConfig): void {
    const { id, workspace_id, play_id } = config.record.channel
    this.#configs.set(id, config)
    this.#byPlayId.set(play_id, id)
    this.#workspaces.set(id, workspace_id)
  }
}
