import { concatBytes, writeU24, writeU32, writeU32LE } from '@sluice/base/bytes'
import type { SeededRandom } from '@sluice/testkit/random'
import { extendedTimestampMarker } from '../constants.ts'

export type TestMessage = { chunkStreamId: number; type: number; timestampMs: number; messageStreamId: number; body: Uint8Array }

type Last = { message: TestMessage; field: number; isAbsolute: boolean }

/**
 * Writes messages as another implementation might: any header form that is legal, chunks of several messages mixed, the chunk
 * stream id in one, two or three bytes. What is written is what `order` lists when read: the order in which messages end.
 */
export function muxChunks(
  messages: readonly TestMessage[],
  options: { random: SeededRandom; chunkBytes: number; isExtendedRepeated: boolean },
): { wire: Uint8Array; order: TestMessage[] } {
  const { random, chunkBytes, isExtendedRepeated } = options
  const wire: Uint8Array[] = []
  const order: TestMessage[] = []
  const last = new Map<number, Last>()
  const waiting = [...messages]
  const active: { message: TestMessage; at: number; repeated: Uint8Array }[] = []
  const takeNext = (): void => {
    const index = waiting.findIndex((message) => active.every((other) => other.message.chunkStreamId !== message.chunkStreamId))
    if (index < 0) return
    const [message] = waiting.splice(index, 1)
    const head = headerOf(message!, last, random, isExtendedRepeated)
    wire.push(head.bytes)
    active.push({ message: message!, at: 0, repeated: head.repeated })
    writeSome(active.length - 1, false)
  }
  const writeSome = (index: number, isContinued: boolean): void => {
    const entry = active[index]!
    const { message } = entry
    if (isContinued) wire.push(basicHeader(3, message.chunkStreamId), entry.repeated)
    const end = Math.min(message.body.length, entry.at + chunkBytes)
    wire.push(message.body.subarray(entry.at, end))
    entry.at = end
    if (end < message.body.length) return
    active.splice(index, 1)
    order.push(message)
  }
  while (waiting.length > 0 || active.length > 0) {
    if (active.length === 0 || (waiting.length > 0 && random.next() < 0.5)) takeNext()
    if (active.length > 0 && random.next() < 0.8) writeSome(random.int(0, active.length - 1), true)
  }
  return { wire: concatBytes(wire), order }
}

function headerOf(
  message: TestMessage,
  last: Map<number, Last>,
  random: SeededRandom,
  isExtendedRepeated: boolean,
): { bytes: Uint8Array; repeated: Uint8Array } {
  const before = last.get(message.chunkStreamId)
  const forms = legalForms(message, before)
  const fmt = forms[random.int(0, forms.length - 1)]!
  const field = fmt === 0 ? message.timestampMs : fmt === 3 ? before!.field : (message.timestampMs - before!.message.timestampMs) >>> 0
  last.set(message.chunkStreamId, { message, field, isAbsolute: fmt === 0 || (fmt === 3 && before!.isAbsolute) })
  const isExtended = field >= extendedTimestampMarker
  const extended = new Uint8Array(isExtended ? 4 : 0)
  if (isExtended) writeU32(extended, 0, field)
  const repeated = isExtendedRepeated ? extended : new Uint8Array(0)
  const head = new Uint8Array([11, 7, 3, 0][fmt]!)
  if (fmt <= 2) writeU24(head, 0, isExtended ? extendedTimestampMarker : field)
  if (fmt <= 1) {
    writeU24(head, 3, message.body.length)
    head[6] = message.type
  }
  if (fmt === 0) writeU32LE(head, 7, message.messageStreamId)
  return { bytes: concatBytes([basicHeader(fmt, message.chunkStreamId), head, fmt === 3 ? repeated : extended]), repeated }
}

/** Header forms that say what is to be said. fmt 3 after fmt 0 is left out: the two readings of it have their own tests. */
function legalForms(message: TestMessage, before: Last | undefined): number[] {
  if (before === undefined || before.message.messageStreamId !== message.messageStreamId) return [0]
  const delta = (message.timestampMs - before.message.timestampMs) >>> 0
  if (delta > 0x7fffffff) return [0]
  if (before.message.type !== message.type || before.message.body.length !== message.body.length) return [0, 1]
  return before.isAbsolute || before.field !== delta ? [0, 1, 2] : [0, 1, 2, 3]
}

function basicHeader(fmt: number, id: number): Uint8Array {
  if (id < 64) return Uint8Array.of((fmt << 6) | id)
  if (id < 320) return Uint8Array.of(fmt << 6, id - 64)
  return Uint8Array.of((fmt << 6) | 1, (id - 64) & 0xff, (id - 64) >> 8)
}

/** The same bytes in pieces of 1..`maxBytes`. */
export function* piecesOf(bytes: Uint8Array, random: SeededRandom, maxBytes: number): Generator<Uint8Array> {
  let at = 0
  while (at < bytes.length) {
    const end = Math.min(bytes.length, at + random.int(1, maxBytes))
    yield bytes.subarray(at, end)
    at = end
  }
}
