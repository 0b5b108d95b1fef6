import { WireError } from '@sluice/base/errors'
import { makeRecord } from '@sluice/base/records'
import type { RungSpec } from '../link/index.ts'

/**
 * What engine and ladder say to each other besides tracks and frames, which travel as `@sluice/containers/frame-link` on the same pipes: a
 * record whose first byte is `ladderType` is one of these, as JSON. Frames of the source go down, frames of the rungs come up; every slot is
 * one stream and its number is not used twice.
 */
export const ladderType = 16
/** Longest message; frames have their own limit. */
export const maxLadderBytes = 256 * 1024

export type ToLadder =
  /**
   * All rungs there are to be, in order of importance: where the machine can't keep up the last gives way first. `slot`: under which their tracks and frames come up. `nextDts`: programme time (1/90000 s) after the last frame
   * that the engine had of this rung, from a child before this one; null: it begins. A rung whose spec changed has the same slot.
   * `zeroDts`: programme time of picture 0; key frames stand on multiples of their distance from there on.
   * `clockOriginMs`: what to add to `readMs` of the engine's frames to get milliseconds of the machine's monotonic clock.
   */
  | {
      readonly type: 'spec'
      readonly revision: number
      readonly clockOriginMs: number
      readonly zeroDts: number
      readonly rungs: readonly { readonly slot: number; readonly nextDts: number | null; readonly rung: RungSpec }[]
    }
  /** Frames of `slot` follow; those before `liveDts` are decoded alone, they were encoded by the child before this one. The slot before it has ended. */
  | { readonly type: 'source'; readonly slot: number; readonly liveDts: number }

export type FromLadder =
  /** First word. `problem`: why it can encode nothing; it ends after that. */
  | { readonly type: 'hello'; readonly problem: string | null }
  | { readonly type: 'applied'; readonly revision: number }
  /** Four times a second while it is not stuck. `busy`: share of wall time at work, 0 to 1. `lateMs`: age of the frame that it works on. `level`: steps of relief that are in force. */
  | {
      readonly type: 'beat'
      readonly rssBytes: number
      readonly cpuMs: number
      readonly busy: number
      readonly lateMs: number
      readonly level: number
    }
  /** A rung has another state. */
  | {
      readonly type: 'rung'
      readonly slot: number
      readonly state: 'running' | 'reduced' | 'off' | 'failed'
      readonly code: string
      readonly message: string
    }
  /** CPU that a rung took since the last of these, its share of decoding and scaling included, over `wallMs`. Once a second. */
  | { readonly type: 'cost'; readonly slot: number; readonly cpuMs: number; readonly wallMs: number; readonly skippedTotal: number }
  /** Frames of the source gave no picture or sound: at most one a second. */
  | { readonly type: 'undecoded'; readonly kind: 'video' | 'audio'; readonly message: string }

export function writeLadder(message: ToLadder | FromLadder): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify(message))
  const { record, view } = makeRecord(1 + body.length)
  view.setUint8(4, ladderType)
  record.set(body, 5)
  return record
}

/** Reads what the engine says: it is of our own version. Throws WireError for what is no message. */
export function readToLadder(record: Uint8Array): ToLadder {
  const message = bodyOf(record)
  if (message['type'] !== 'spec' && message['type'] !== 'source')
    throw new WireError('LADDER_TYPE', 1, `message type is ${String(message['type'])}`)
  return message as ToLadder
}

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 2000
const isOneOf =
  (...values: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && values.includes(value)

const fieldsOf: { readonly [Type in FromLadder['type']]: Readonly<Record<string, (value: unknown) => boolean>> } = {
  hello: { problem: (value) => value === null || isText(value) },
  applied: { revision: Number.isSafeInteger },
  beat: { rssBytes: isNumber, cpuMs: isNumber, busy: isNumber, lateMs: isNumber, level: isNumber },
  rung: { slot: Number.isSafeInteger, state: isOneOf('running', 'reduced', 'off', 'failed'), code: isText, message: isText },
  cost: { slot: Number.isSafeInteger, cpuMs: isNumber, wallMs: isNumber, skippedTotal: Number.isSafeInteger },
  undecoded: { kind: isOneOf('video', 'audio'), message: isText },
}

/** Reads what a child says, whose native code may write anything. Throws WireError for what is no message. */
export function readFromLadder(record: Uint8Array): FromLadder {
  const message = bodyOf(record)
  const type = message['type']
  const fields = typeof type === 'string' && Object.hasOwn(fieldsOf, type) ? fieldsOf[type as FromLadder['type']] : undefined
  if (fields === undefined) throw new WireError('LADDER_TYPE', 1, `message type is ${String(type).slice(0, 40)}`)
  for (const [name, isRight] of Object.entries(fields)) {
    if (!isRight(message[name])) throw new WireError('LADDER_FIELD', 1, `${type}.${name} is ${JSON.stringify(message[name])?.slice(0, 40)}`)
  }
  return message as FromLadder
}

function bodyOf(record: Uint8Array): Record<string, unknown> {
  if (record.length > maxLadderBytes)
    throw new WireError('LADDER_LENGTH', 0, `message is ${record.length} bytes, not ${maxLadderBytes} or less`)
  try {
    const message: unknown = JSON.parse(new TextDecoder().decode(record.subarray(1)))
    if (typeof message === 'object' && message !== null) return message as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new WireError('LADDER_JSON', 1, 'message is no JSON object')
}
