import type { ClassPolicy } from '@sluice/contract/policy'
import type { LadderWish, OwnRung } from '@sluice/judge/plan'
import type { Selectable } from 'kysely'
import type { Database, DestinationTable, OutputTable, PlayerTable, Reader } from '../db/index.ts'
import { type ChannelRecord, type ChannelRow, type KeptChannels, withInputs } from '../services/channel/index.ts'
import type { OutputRecord } from '../services/output/index.ts'
import { ladderWish, rungRows, templateRows, toOwnRung } from '../services/plan/index.ts'

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
export type ChannelConfig = {
  record: ChannelRecord
  outputs: ConfiguredOutput[]
  rungs: OwnRung[]
  ladder: LadderWish | null
  players: PlayerRow[]
  isRolledBack: boolean
}
type PlayerRow = Selectable<PlayerTable>

/** What plays under a name: a channel by its own, or by a player of it. */
export type Playable = { channel: ChannelRow; player: PlayerRow | null }

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
  const rungs = Map.groupBy(await rungRows(db, channelId === undefined ? undefined : [channelId]), (rung) => rung.channel_id)
  const hasLadder = channels.some(({ ladder }) => ladder !== null)
  const templates = Map.groupBy(hasLadder ? await templateRows(db, channelId && channels[0]?.workspace_id) : [], (row) => row.workspace_id)
  const players = await db
    .selectFrom('player')
    .selectAll()
    .$if(channelId !== undefined, (select) => select.where('channel_id', '=', channelId!))
    .orderBy('id')
    .execute()
  const playersOf = Map.groupBy(players, (player) => player.channel_id)
  const rolledBack = new Set((await db.selectFrom('channel_rollback').select('channel_id').execute()).map((row) => row.channel_id))
  return records.map((record) => ({
    record,
    ladder: ladderWish(
      record.channel.ladder,
      (rungs.get(record.channel.id) ?? []).map(toOwnRung),
      templates.get(record.channel.workspace_id) ?? [],
    ),
    outputs: (byChannel.get(record.channel.id) ?? []).map((output) => ({
      ...output,
      policy: record.policies[output.class],
    })),
    rungs: (rungs.get(record.channel.id) ?? []).map(toOwnRung),
    players: playersOf.get(record.channel.id) ?? [],
    isRolledBack: rolledBack.has(record.channel.id),
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
export class ConfigStore implements KeptChannels {
  readonly #db: Database
  // bound: one a channel of the database
  readonly #configs = new Map<string, ChannelConfig>()
  /** Channels that a commit changed and that are not read again yet, each with the number of such commits. */
  // bound: ids of channels of the database
  readonly #stale = new Map<string, number>()
  /** Ids by workspace, in order. */
  // bound: one a channel of the database
  readonly #ids = new Map<string, string[]>()
  // bound: one a channel and one a player of it, of which a channel has `playerLimits.players`
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

  /** A commit changed the channel, made it or deleted it: until it is read again nobody is answered out of memory. */
  changed(channelId: string): void {
    this.#stale.set(channelId, (this.#stale.get(channelId) ?? 0) + 1)
  }

  /** Reads one channel again; forgets it when it is gone. */
  async reload(channelId: string): Promise<ChannelConfig | null> {
    const changes = this.#stale.get(channelId)
    const [config] = await readConfigs(this.#db, channelId)
    for (const playId of playIdsOf(this.#configs.get(channelId))) this.#byPlayId.delete(playId)
    if (config === undefined) this.#forget(channelId)
    else this.#keep(config)
    // One that came while this was read may not be in it.
    if (this.#stale.get(channelId) === changes) this.#stale.delete(channelId)
    return config ?? null
  }

  one(workspaceId: string, id: string): ChannelRecord | null | undefined {
    if (this.#stale.has(id)) return undefined
    const record = this.#configs.get(id)?.record
    return record?.channel.workspace_id === workspaceId ? record : null
  }

  page(workspaceId: string, after: string | undefined, count: number): ChannelRecord[] | undefined {
    // A new channel is of no workspace that is known here yet.
    if (this.#stale.size > 0) return undefined
    const ids = this.#ids.get(workspaceId) ?? []
    const from = after === undefined ? 0 : placeIn(ids, after, 'after')
    return ids.slice(from, from + count).map((id) => this.#configs.get(id)!.record)
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
  /** The channel that plays under a name of its own, or of one of its players. */
  playableOf(playId: string): Playable | undefined {
    const config = this.#configs.get(this.#byPlayId.get(playId) ?? '')
    if (config === undefined) return undefined
    return { channel: config.record.channel, player: config.players.find(({ play_id }) => play_id === playId) ?? null }
  }
  /** The channel and input that a stream key opens. */
  byKeyHash(keyHash: string): { config: ChannelConfig; inputId: string; isEnabled: boolean } | undefined {
    for (const config of this.#configs.values()) {
      const input = config.record.inputs.find(({ key_hash }) => key_hash === keyHash)
      if (input !== undefined) return { config, inputId: input.id, isEnabled: input.enabled }
    }
    return undefined
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

  #forget(channelId: string): void {
    const ids = this.#ids.get(this.channelOf(channelId)?.workspace_id ?? '')
    ids?.splice(placeIn(ids, channelId, 'at'), 1)
    this.#configs.delete(channelId)
  }

  #keep(config: ChannelConfig): void {
    const { id, workspace_id } = config.record.channel
    const ids = this.#ids.get(workspace_id)
    if (ids === undefined) this.#ids.set(workspace_id, [id])
    else if (!this.#configs.has(id)) ids.splice(placeIn(ids, id, 'at'), 0, id)
    this.#configs.set(id, config)
    for (const playId of playIdsOf(config)) this.#byPlayId.set(playId, id)
    this.#workspaces.set(id, workspace_id)
  }
}

const playIdsOf = (config: ChannelConfig | undefined): string[] =>
  config === undefined ? [] : [config.record.channel.play_id, ...config.players.map(({ play_id }) => play_id)]

/** Where `id` stands in ids in order, or would stand; `after`: the first behind it. */
function placeIn(ids: readonly string[], id: string, which: 'at' | 'after'): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ids[middle]! < id || (which === 'after' && ids[middle] === id)) low = middle + 1
    else high = middle
  }
  return low
}
