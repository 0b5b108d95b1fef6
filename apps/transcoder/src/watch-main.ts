import { systemClock } from '@sluice/base/clock'
import { RecordReader } from '@sluice/base/records'
import { maxLinkFrameBytes, readFrameLink } from '@sluice/containers/frame-link'
import { type FromWatch, writeFromWatch } from '@sluice/contract/watch'
import { loadAv } from './watch/av.ts'
import { Watch } from './watch/watch.ts'

/** The engine counts on hearing this often from a child that is not stuck. */
const beatMs = 1000

/**
 * Looks at pictures and listens to sound for one engine: tracks and frames of `@sluice/containers/frame-link` come in on
 * stdin, answers of `@sluice/contract/watch` leave on stdout. It ends
 * with its stdin, so that none outlives its engine, and by what it can't read, so that the engine starts a fresh one.
 */
async function main(): Promise<void> {
  const answer = (message: FromWatch): void => void process.stdout.write(writeFromWatch(message))
  process.stdout.on('error', () => process.exit(0))
  // Ctrl-C reaches the whole terminal group; the engine ends this process by closing its stdin.
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
  const av = await loadAv()
  if (typeof av === 'string') {
    process.stdout.write(writeFromWatch({ type: 'hello', problem: av }), () => process.exit(0))
    return
  }
  answer({ type: 'hello', problem: null })
  const watch = new Watch(av, systemClock, answer)
  const reader = new RecordReader(maxLinkFrameBytes)
  process.stdin.on('data', (bytes: Buffer) => reader.push(bytes, (record) => watch.receive(readFrameLink(record))))
  process.stdin.on('end', () => process.exit(0))
  process.stdin.on('error', () => process.exit(0))
  setInterval(() => answer({ type: 'beat', rssBytes: readRss() }), beatMs)
}

let lastRssBytes = 0

/** The system opens a file for it: without a descriptor left the last figure stands. */
function readRss(): number {
  try {
    lastRssBytes = process.memoryUsage.rss()
  } catch {
    // A figure to look at, and no reason to end.
  }
  return lastRssBytes
}

/** Says why in one line that the engine repeats, then ends: what comes after a broken record can't be read. */
function fail(error: unknown): void {
  process.stderr.write(`sluice watch: ${error instanceof Error ? error.stack : String(error)}\n`, () => process.exit(1))
}

process.on('uncaughtException', fail)
main().catch(fail)
