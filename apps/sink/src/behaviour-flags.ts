import type { SinkBehaviour } from '@sluice/testkit/rtmp-sink'
import type { SrtSinkBehaviour } from '@sluice/testkit/srt-sink'

/** What one flag makes of its value, by protocol; absent: the protocol has no such behaviour. Null: the value is none. */
export type BehaviourFlag = {
  /** As help shows it; null: the flag takes no value. */
  readonly value: string | null
  readonly about: string
  readonly stream?: (value: string) => SinkBehaviour | 'no-answer' | null
  readonly srt?: (value: string) => SrtSinkBehaviour | null
}

const accessDenied = 1401
const conflict = 1409
const overload = 1402
const longestSeconds = 86_400

const number = (text: string, most: number): number | null => {
  const value = Number(text)
  return text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= most ? value : null
}

/** For behaviours that begin so many seconds after the accepted publish. */
function after<B>(make: (afterMs: number) => B): (value: string) => B | null {
  return (value) => {
    const seconds = number(value, longestSeconds)
    return seconds === null ? null : make(seconds * 1000)
  }
}

const rejections: Readonly<Record<string, SinkBehaviour>> = {
  auth: { type: 'reject-auth' },
  publish: { type: 'reject-publish' },
  duplicate: { type: 'duplicate' },
}
const srtRejections: Readonly<Record<string, number>> = { auth: accessDenied, publish: overload, duplicate: conflict }

function rejectSrt(value: string): SrtSinkBehaviour | null {
  const code = srtRejections[value] ?? number(value, 2999)
  return code === null || !Number.isInteger(code) ? null : { type: 'reject', code }
}

const late = (value: string): { type: 'late'; latencyMs: number } | null => {
  const latencyMs = number(value, 60_000)
  return latencyMs === null ? null : { type: 'late', latencyMs }
}

const slow = (value: string): SinkBehaviour | null => {
  const kbps = number(value, 1_000_000)
  return kbps === null || kbps === 0 ? null : { type: 'slow', bytesPerSecond: (kbps * 1000) / 8 }
}

/** All behaviours; at most one is chosen. */
export const behaviourFlags: Readonly<Record<string, BehaviourFlag>> = {
  reject: {
    value: 'why',
    about: 'auth, publish, duplicate; over SRT a code too',
    stream: (value) => rejections[value] ?? null,
    srt: rejectSrt,
  },
  'stall-after': {
    value: 's',
    about: 'stop reading',
    stream: after((afterMs) => ({ type: 'stall', afterMs })),
    srt: after((afterMs) => ({ type: 'stall', afterMs })),
  },
  slow: { value: 'kbps', about: 'read no faster', stream: slow },
  'reset-after': { value: 's', about: 'cut by RST', stream: after((afterMs) => ({ type: 'reset', afterMs })) },
  'reset-at': {
    value: 'stage',
    about: 'cut by RST at connect or handshake',
    stream: (stage) => (stage === 'connect' || stage === 'handshake' ? { type: 'reset-at', stage } : null),
  },
  'half-close-after': { value: 's', about: 'send FIN, go on reading', stream: after((afterMs) => ({ type: 'half-close', afterMs })) },
  'close-after': {
    value: 's',
    about: 'close cleanly',
    stream: after((afterMs) => ({ type: 'close', afterMs })),
    srt: after((afterMs) => ({ type: 'close', afterMs })),
  },
  'revoke-after': { value: 's', about: 'refuse the key from then on', stream: after((afterMs) => ({ type: 'revoke', afterMs })) },
  'vanish-after': { value: 's', about: 'stop receiving and answering (SRT)', srt: after((afterMs) => ({ type: 'vanish', afterMs })) },
  'never-acknowledge': {
    value: null,
    about: 'read everything, acknowledge nothing',
    stream: () => ({ type: 'never-acknowledge' }),
    srt: () => ({ type: 'never-acknowledge' }),
  },
  late: { value: 'ms', about: 'receive and answer this much later', stream: late, srt: late },
  mute: { value: null, about: 'accept the connection, say nothing', stream: () => ({ type: 'mute' }) },
  'hang-up': { value: null, about: 'close as soon as somebody connects', stream: () => ({ type: 'hang-up' }) },
  drip: { value: null, about: 'a byte of a handshake each second', stream: () => ({ type: 'drip' }) },
  garbage: {
    value: 'what',
    about: 'answer with http or noise; over SRT noise',
    stream: (says) => (says === 'http' || says === 'noise' ? { type: 'garbage', says } : null),
    srt: (says) => (says === 'noise' ? { type: 'garbage' } : null),
  },
  'no-answer': { value: null, about: 'do not answer the connection attempt', stream: () => 'no-answer', srt: () => ({ type: 'silent' }) },
}
