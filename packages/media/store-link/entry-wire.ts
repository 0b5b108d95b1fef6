import { WireError } from '@sluice/base/errors'
import { audioCodecs, type VideoCodec, videoCodecs } from '@sluice/base/words'
import type { Track } from '@sluice/codecs/frame'
import { type Boundary, captionServices, type InitData, type Part, type StoreEntry, type TimedEvent } from '../store/index.ts'
import { Fields } from './fields.ts'
import type { LinkRecord } from './record.ts'

/** What an entry says as JSON, and its bytes. */
export function writeEntry(entry: StoreEntry): { readonly head: object; readonly bytes?: Uint8Array } {
  if (entry.type === 'part') {
    const { bytes, ...part } = entry.part
    return { head: { ...entry, part }, bytes }
  }
  if (entry.type === 'init') {
    const { bytes, version, track } = entry.init
    const { config, ...facts } = track
    return { head: { ...entry, init: { version, track: { ...facts, config: toHex(config) } } }, bytes }
  }
  if (entry.type === 'timed') {
    const { bytes, ...event } = entry.event
    return { head: { ...entry, event }, bytes }
  }
  return { head: entry }
}

/** Null: an entry of a kind that is not known here. The bytes are copied. */
export function readEntry({ head, bytes }: LinkRecord): StoreEntry | null {
  const fields = new Fields(head)
  const type = fields.text('type')
  const rendition = (): string => fields.text('rendition')
  if (type === 'open') return openOf(fields)
  if (type === 'init') return { type, rendition: rendition(), init: initOf(fields.fields('init'), bytes.slice()) }
  if (type === 'boundary') return { type, boundary: boundaryOf(fields.fields('boundary')) }
  if (type === 'begin') return { type, rendition: rendition(), boundary: boundaryOf(fields.fields('boundary')) }
  if (type === 'part')
    return { type, rendition: rendition(), segment: fields.whole('segment'), part: partOf(fields.fields('part'), bytes.slice()) }
  if (type === 'end') return { type, rendition: rendition(), segment: fields.whole('segment') }
  if (type === 'listed') return { type, rendition: rendition(), from: fields.whole('from') }
  if (type === 'timed') return { type, event: eventOf(fields.fields('event'), bytes.slice()) }
  if (type === 'captions') return { type, services: fields.wordsOrNull('services', captionServices) }
  if (type === 'removed') return { type, rendition: rendition() }
  if (type === 'splice' || type === 'retract' || type === 'ended' || type === 'publish') return { type }
  if (type !== 'stand') return null
  return {
    type,
    nextNumber: fields.whole('nextNumber'),
    splices: fields.whole('splices'),
    isSpliced: fields.flag('isSpliced'),
    isOn: fields.flag('isOn'),
  }
}

const openOf = (fields: Fields): StoreEntry => ({
  type: 'open',
  id: fields.text('id'),
  kind: fields.word('kind', ['video', 'audio']),
  rung: fields.text('rung'),
  nextPart: fields.whole('nextPart'),
  nextVersion: fields.whole('nextVersion'),
  firstNumber: fields.wholeOrNull('firstNumber'),
})

const boundaryOf = (fields: Fields): Boundary => ({
  ...fields.all,
  number: fields.whole('number'),
  startDts: fields.number('startDts'),
  startPts: fields.number('startPts'),
  isSpliced: fields.flag('isSpliced'),
  splices: fields.whole('splices'),
  startWallMs: fields.number('startWallMs'),
})

const partOf = (fields: Fields, bytes: Uint8Array): Part => ({
  ...fields.all,
  number: fields.whole('number'),
  startDts: fields.number('startDts'),
  duration90k: fields.number('duration90k'),
  isIndependent: fields.flag('isIndependent'),
  isGap: fields.flag('isGap'),
  bytes,
  frames: fields.whole('frames'),
  firstSampleEnd: fields.whole('firstSampleEnd'),
})

const eventOf = (fields: Fields, bytes: Uint8Array): TimedEvent => ({
  ...fields.all,
  kind: fields.word('kind', ['id3', 'scte35']),
  id: fields.whole('id'),
  pts: fields.number('pts'),
  wallMs: fields.number('wallMs'),
  bytes,
})

const initOf = (fields: Fields, bytes: Uint8Array): InitData => ({
  version: fields.whole('version'),
  track: trackOf(fields.fields('track')),
  bytes,
})

function trackOf(fields: Fields): Track {
  const common = { ...fields.all, id: fields.whole('id'), codecString: fields.text('codecString'), config: fromHex(fields.text('config')) }
  if (fields.word('kind', ['video', 'audio']) === 'audio') {
    const facts = { sampleRate: fields.whole('sampleRate'), channels: fields.whole('channels') }
    return { kind: 'audio', ...common, codec: fields.word('codec', audioCodecs), ...facts }
  }
  const codec: VideoCodec = fields.word('codec', videoCodecs)
  const size = { width: fields.whole('width'), height: fields.whole('height'), fps: fields.numberOrNull('fps') }
  return { kind: 'video', ...common, codec, ...size, profile: fields.text('profile') }
}

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new WireError('STORELINK_FIELD', 0, 'config is no hexadecimal text')
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
