import type { SoundLabel } from '../hls/index.ts'
import type { StoreEntry, StorePosition } from '../store/index.ts'
import { readEntry, writeEntry } from './entry-wire.ts'
import { Fields } from './fields.ts'
import { readRecord, writeRecord } from './record.ts'

/** Raised when a message changes meaning. New messages, and new kinds of entries, do not: whoever does not know them passes over them. */
export const storeLinkVersion = 1

const onAirWords = ['live', 'slate', 'off'] as const
/** What is on a channel; `off`: nothing. */
export type OnAir = (typeof onAirWords)[number]

/** A channel as its engine carries it. `storeId`: another store goes on under its addresses. The address is known by its hash alone. */
export type FedChannel = {
  readonly channelId: string
  readonly playIdHash: string | null
  /** Of the playback by which the console watches, which is no viewer. */
  readonly previewIdHash: string | null
  readonly onAir: OnAir
  /** Those that players may choose, the best first. */
  readonly rungs: readonly string[]
  /** What the operator says of tracks of sound. */
  readonly sounds: readonly SoundLabel[]
  readonly segmentMs: number
  readonly partMs: number
  readonly windowSegments: number
  readonly storeId: string
  readonly epoch: number
  /** Of the segment that begins next. */
  readonly nextNumber: number
  /** It never had a segment. */
  readonly isUnused: boolean
}

/** From an engine. A slot is one channel of the connection. */
export type ToViewers =
  | { readonly type: 'hello'; readonly version: number; readonly engineId: string }
  /** All channels that this engine carries: others of its own are gone. */
  | { readonly type: 'keep'; readonly channelIds: readonly string[] }
  | ({ readonly type: 'channel'; readonly slot: number } & FedChannel)
  | { readonly type: 'gone'; readonly slot: number }
  | { readonly type: 'entry'; readonly slot: number; readonly entry: StoreEntry }

/** Who watches a channel, and what they took since this process began. */
export type AudienceFigures = { readonly channelId: string; readonly viewers: number; readonly bytesServed: number }

/** To an engine. `position`: the channel stood there before this store; one that is still unused may go on from it. */
export type FromViewers =
  | { readonly type: 'welcome'; readonly version: number }
  | { readonly type: 'position'; readonly storeId: string; readonly after: StorePosition }
  | { readonly type: 'figures'; readonly channels: readonly AudienceFigures[] }

/** In pieces that are written one after another; media in it is not copied. */
export function writeToViewers(message: ToViewers): Uint8Array[] {
  if (message.type !== 'entry') return writeRecord(message)
  const { head, bytes } = writeEntry(message.entry)
  return writeRecord({ entry: head, slot: message.slot, type: 'entry' }, bytes)
}

export const writeFromViewers = (message: FromViewers): Uint8Array[] => writeRecord(message)

/** Reads a record of an engine; what it keeps is copied. Null: a message of a kind that is not known here. Throws WireError. */
export function readToViewers(record: Uint8Array): ToViewers | null {
  const { head, bytes } = readRecord(record)
  const fields = new Fields(head)
  const type = fields.text('type')
  if (type === 'hello') return { type, version: fields.whole('version'), engineId: fields.text('engineId') }
  if (type === 'keep') return { type, channelIds: fields.texts('channelIds') }
  if (type === 'gone') return { type, slot: fields.whole('slot') }
  if (type === 'channel') return { type, slot: fields.whole('slot'), ...channelOf(fields) }
  if (type !== 'entry') return null
  const entry = readEntry({ head: head['entry'] as Record<string, unknown>, bytes })
  return entry === null ? null : { type, slot: fields.whole('slot'), entry }
}

/** As `readToViewers`, at the engine's end. */
export function readFromViewers(record: Uint8Array): FromViewers | null {
  const fields = new Fields(readRecord(record).head)
  const type = fields.text('type')
  if (type === 'welcome') return { type, version: fields.whole('version') }
  if (type === 'position') return { type, storeId: fields.text('storeId'), after: positionOf(fields.fields('after')) }
  if (type !== 'figures') return null
  return { type, channels: fields.list('channels').map((one) => figuresOf(new Fields(one))) }
}

const channelOf = (fields: Fields): FedChannel => ({
  channelId: fields.text('channelId'),
  playIdHash: fields.textOrNull('playIdHash'),
  previewIdHash: fields.textOrNull('previewIdHash'),
  onAir: fields.word('onAir', onAirWords),
  rungs: fields.texts('rungs'),
  sounds: fields.list('sounds').map((one) => soundOf(new Fields(one))),
  segmentMs: fields.number('segmentMs'),
  partMs: fields.number('partMs'),
  windowSegments: fields.whole('windowSegments'),
  storeId: fields.text('storeId'),
  epoch: fields.whole('epoch'),
  nextNumber: fields.whole('nextNumber'),
  isUnused: fields.flag('isUnused'),
})

function soundOf(fields: Fields): SoundLabel {
  const { language, name } = fields.all
  return {
    track: fields.whole('track'),
    ...(language === undefined ? {} : { language: fields.text('language') }),
    ...(name === undefined ? {} : { name: fields.text('name') }),
  }
}

const figuresOf = (fields: Fields): AudienceFigures => ({
  channelId: fields.text('channelId'),
  viewers: fields.whole('viewers'),
  bytesServed: fields.whole('bytesServed'),
})

const positionOf = (fields: Fields): StorePosition => ({
  epoch: fields.whole('epoch'),
  number: fields.whole('number'),
  splices: fields.whole('splices'),
  endWallMs: fields.number('endWallMs'),
  renditions: fields
    .list('renditions')
    .map((one) => new Fields(one))
    .map((one) => ({ id: one.text('id'), nextPart: one.whole('nextPart'), nextVersion: one.whole('nextVersion') })),
})
