import { systemClock } from '@sluice/base/clock'
import { RecordReader } from '@sluice/base/records'
import { maxLinkFrameBytes } from '@sluice/containers/frame-link'
import { writeLadder } from '@sluice/contract/ladder'
import type { Av } from './av/av.ts'
import { Ladder } from './ladder/ladder.ts'

const tickMs = 25

/**
 * Encodes the rungs of one channel: the source's tracks and frames and messages of `@sluice/contract/ladder` come in on stdin, those of the rungs
 * leave on stdout. It ends with its stdin, so that none outlives its engine, and by what it can't read, so that the engine starts a fresh one.
 */
export function serveLadder(load: () => Promise<Av | string>): void {
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  serve(load).catch(fail)
}

async function serve(load: () => Promise<Av | string>): Promise<void> {
  const { stdin, stdout } = process
  stdout.on('error', () => process.exit(0))
  // Ctrl-C reaches the whole terminal group; the engine ends this process by closing its stdin.
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
  // SVT-AV1 talks on stderr, below errors too.
  process.env['SVT_LOG'] = '1'
  const av = await load()
  if (typeof av === 'string') {
    stdout.write(writeLadder({ type: 'hello', problem: av }), () => process.exit(0))
    return
  }
  stdout.write(writeLadder({ type: 'hello', problem: null }))
  const host = {
    clock: systemClock,
    machineMs: () => Number(process.hrtime.bigint()) / 1e6,
    breathe: () => new Promise<void>((resolve) => setImmediate(resolve)),
    cpuMs,
    rssBytes,
  }
  const sink = { write: (bytes: Uint8Array) => void stdout.write(bytes), waitingBytes: () => stdout.writableLength }
  const ladder = new Ladder(av, host, sink)
  const reader = new RecordReader(maxLinkFrameBytes)
  stdin.on('data', (bytes: Buffer) => reader.push(bytes, (record) => ladder.receive(record)))
  stdin.on('end', () => process.exit(0))
  stdin.on('error', () => process.exit(0))
  setInterval(() => ladder.tick(), tickMs)
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

let lastRssBytes = 0

/** The system opens a file for it: without a descriptor left the last figure stands. */
function rssBytes(): number {
  try {
    lastRssBytes = process.memoryUsage.rss()
  } catch {
    // A figure to look at, and no reason to end.
  }
  return lastRssBytes
}

/** Says why in one line that the engine repeats, then ends: what comes after a broken record can't be read. */
function fail(error: unknown): void {
  process.stderr.write(`sluice ladder: ${error instanceof Error ? error.stack : String(error)}\n`, () => process.exit(1))
}
