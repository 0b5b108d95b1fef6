import { RecordReader } from '@sluice/base/records'
import { type LinkMessage, maxLinkFrameBytes, readFrameLink } from '@sluice/containers/frame-link'
import { type FromWatch, writeFromWatch } from '@sluice/contract/watch'
import { type Av, loadAv } from '../av/av.ts'

/** The engine counts on hearing this often from a child that is not stuck. */
const beatMs = 1000

/** What one process does with the frames that it is sent. */
export type FrameWork = { receive(message: LinkMessage): void }

/**
 * Serves one engine: tracks and frames of `@sluice/containers/frame-link` come in on stdin, answers of `@sluice/contract/watch` leave on
 * stdout. The process ends with its stdin, so that none outlives its engine, and by what it can't read, so that the engine starts a fresh
 * one; why stands in one line of stderr, which the engine repeats.
 */
export function serveFrames(openWork: (av: Av, answer: (message: FromWatch) => void) => FrameWork): void {
  const fail = (error: unknown): void => {
    process.stderr.write(`sluice watch: ${error instanceof Error ? error.stack : String(error)}\n`, () => process.exit(1))
  }
  process.on('uncaughtException', fail)
  serve(openWork).catch(fail)
}

async function serve(openWork: Parameters<typeof serveFrames>[0]): Promise<void> {
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
  const work = openWork(av, answer)
  const reader = new RecordReader(maxLinkFrameBytes)
  process.stdin.on('data', (bytes: Buffer) => reader.push(bytes, (record) => work.receive(readFrameLink(record))))
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
