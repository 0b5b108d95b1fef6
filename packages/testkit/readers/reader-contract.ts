import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@sluice/base/bytes'
import { SluiceError } from '@sluice/base/errors'
import { mutationsOf } from '@sluice/testkit/random'
import { hostileOf } from './hostile.ts'

/** One reader of bytes that a peer chose. */
export type ReaderCase = {
  readonly name: string
  /** Bytes that it likes. */
  readonly seeds: readonly Uint8Array[]
  /** Reads all of `b` and gives whatever it makes of it: values, or a list of all that it told its sink. */
  readonly read: (b: Uint8Array) => unknown
  /** Inputs that were made against this format in particular. */
  readonly hostile?: readonly Uint8Array[]
  /** Bytes that it may give for each that it was given; 2 where absent: a copy and what stands before it. */
  readonly growth?: number
}

/** Inputs for each reader; SLUICE_FUZZ asks for more. */
const count = Number(process.env['SLUICE_FUZZ'] ?? 600)
const hostileBytes = 128 * 1024
/** CPU time of one read of `hostileBytes`, many times what the slowest one takes: it is the square of something that is looked for. */
const mostCpuMs = 400
const freeBytes = 256 * 1024
const maxNumber = 2 ** 63

/** Whatever bytes come, a reader gives finite numbers or an error of the peer, costs little, and gives no more than it was given. */
export function readerContract(cases: readonly ReaderCase[]): void {
  for (const one of cases) {
    test(`${one.name}: damaged bytes give finite values or an error of the peer (seed 71)`, () => {
      for (const b of mutationsOf(71, count, one.seeds)) attempt(one, b)
    })
    test(`${one.name}: bytes made to be dear are cheap, and give no more than they are (seed 72)`, () => {
      for (const b of [...hostileOf(72, hostileBytes, one.seeds), ...(one.hostile ?? [])]) {
        const before = process.cpuUsage()
        const given = attempt(one, b)
        const { user, system } = process.cpuUsage(before)
        const cpuMs = (user + system) / 1000
        const begin = toHex(b.subarray(0, 80))
        assert.ok(cpuMs < mostCpuMs * Math.max(1, b.length / hostileBytes), `${b.length} bytes took ${cpuMs} ms: ${begin}`)
        const most = freeBytes + b.length * (one.growth ?? 2)
        assert.ok(given <= most, `${b.length} bytes gave ${given}: ${begin}`)
      }
    })
  }
}

/** Bytes in all that the reader gave. Fails where it throws anything but an error of the peer, or gives a number that is none. */
function attempt({ name, read }: ReaderCase, b: Uint8Array): number {
  try {
    return weigh(read(b), name, new Set())
  } catch (err) {
    if (err instanceof assert.AssertionError) throw err
    const isPeers = err instanceof SluiceError && err.blame === 'peer'
    assert.ok(isPeers, `${name} of ${toHex(b.subarray(0, 200))}: ${err instanceof Error ? err.stack : err}`)
    return 0
  }
}

/** Payload that an answer holds. A track that many frames share counts once. */
function weigh(value: unknown, path: string, seen: Set<object>): number {
  if (typeof value === 'number') {
    assert.ok(Number.isFinite(value) && Math.abs(value) < maxNumber, `${path} is ${value}`)
    return 8
  }
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null || seen.has(value)) return 0
  seen.add(value)
  if (value instanceof Uint8Array) return value.length
  if (value instanceof Map) return weigh([...value], path, seen)
  let bytes = 0
  for (const [key, part] of Object.entries(value)) bytes += weigh(part, `${path}.${Array.isArray(value) ? '[]' : key}`, seen)
  return bytes
}
