import { SrtRejectCode } from '@sluice/protocols/srt'
import type { SinkBehaviour } from '../rtmp-sink/index.ts'
import type { SrtSinkBehaviour } from '../srt-sink/index.ts'
import { cut, type Expected, healthy, refused, retrying, sluggish, stalled } from './expected.ts'

/** Behaviours by name, each with what must be said of it. */
export type Doses<Behaviour> = Readonly<Record<string, readonly [Behaviour, Expected]>>

/** `type` once for each value, named after both. */
function dosesOf(values: readonly number[], make: (value: number) => SinkBehaviour, expected: Expected): Doses<SinkBehaviour> {
  return Object.fromEntries(values.map((value) => [`${make(value).type}-${value}`, [make(value), expected] as const]))
}

export const streamDoses: Doses<SinkBehaviour> = {
  mute: [{ type: 'mute' }, retrying('handshake')],
  'hang-up': [{ type: 'hang-up' }, retrying('handshake', 'tcp')],
  'reset-at-connect': [{ type: 'reset-at', stage: 'connect' }, retrying('tcp')],
  'reset-at-handshake': [{ type: 'reset-at', stage: 'handshake' }, retrying('tcp')],
  http: [{ type: 'garbage', says: 'http' }, retrying('handshake')],
  noise: [{ type: 'garbage', says: 'noise' }, retrying('handshake')],
  drip: [{ type: 'drip' }, retrying('handshake')],
  'reject-auth': [{ type: 'reject-auth' }, refused],
  'reject-publish': [{ type: 'reject-publish' }, retrying('publish-rejected')],
  duplicate: [{ type: 'duplicate' }, retrying('duplicate-publisher')],
  'never-acknowledge': [{ type: 'never-acknowledge' }, healthy],
  ...dosesOf([2000], (afterMs) => ({ type: 'revoke', afterMs }), refused),
  ...dosesOf([0, 1000, 2500, 4500], (afterMs) => ({ type: 'stall', afterMs }), stalled),
  ...dosesOf([0, 200, 3500], (afterMs) => ({ type: 'reset', afterMs }), cut),
  ...dosesOf([0, 2000, 5000], (afterMs) => ({ type: 'half-close', afterMs }), cut),
  ...dosesOf([0, 2000, 4000], (afterMs) => ({ type: 'close', afterMs }), cut),
  ...dosesOf([1000, 20_000, 100_000], (bytesPerSecond) => ({ type: 'slow', bytesPerSecond }), sluggish),
  ...dosesOf([50, 800], (latencyMs) => ({ type: 'late', latencyMs }), healthy),
}

export const srtDoses: Doses<SrtSinkBehaviour> = {
  'srt-silent': [{ type: 'silent' }, retrying('tcp')],
  'srt-garbage': [{ type: 'garbage' }, retrying('tcp')],
  'srt-unauthorized': [{ type: 'reject', code: SrtRejectCode.unauthorized }, refused],
  'srt-overload': [{ type: 'reject', code: SrtRejectCode.overload }, retrying('publish-rejected')],
  'srt-never-acknowledge': [{ type: 'never-acknowledge' }, stalled],
  'srt-stall': [{ type: 'stall', afterMs: 2000 }, stalled],
  'srt-vanish': [
    { type: 'vanish', afterMs: 2000 },
    { states: ['stalled', 'backoff'], kinds: ['stall', 'tcp', 'remote-close'] },
  ],
  'srt-close': [{ type: 'close', afterMs: 3000 }, retrying('remote-close')],
  'srt-late': [{ type: 'late', latencyMs: 100 }, healthy],
}
