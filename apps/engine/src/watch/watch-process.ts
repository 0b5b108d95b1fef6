import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { messageOf } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import { RecordReader } from '@sluice/base/records'
import type { ConfinedChild, Sandbox } from '@sluice/base/sandbox'
import { type FromWatch, maxAnswerBytes, maxThumbnailAnswerBytes, readFromWatch } from '@sluice/contract/watch'

const mainOf = (name: string): string => fileURLToPath(new URL(`../../../transcoder/src/${name}`, import.meta.url))
/** What a child is, and how long its answers may be. */
type Kind = { readonly script: string; readonly maxAnswerBytes: number; readonly what: string }
const watchKind: Kind = { script: mainOf('watch-main.ts'), maxAnswerBytes, what: 'the process that watches pictures and sound' }
const thumbnailKind: Kind = {
  script: mainOf('thumbnail-main.ts'),
  maxAnswerBytes: maxThumbnailAnswerBytes,
  what: 'the process that draws thumbnails',
}
/** What may wait for a child that is slow: some seconds of a few inputs. Frames beyond it are left out. */
const maxQueuedBytes = 8 * 1024 * 1024
/** It lives as long as its inputs, so that processor time is bounded by the second: its decoders have one thread. It writes no file. */
const limits = { dataBytes: 4096 * 1024 * 1024, cpuSeconds: null, cores: { most: 1.8, windowMs: 20_000 }, fileBytes: 0, niceness: 10 }
const keptWords = 2000

export type WatchHandler = {
  onMessage(message: FromWatch): void
  /** Once, and last: the process is gone, or spoke what can't be read. Not after `kill`. */
  onEnd(reason: string): void
  /** Memory that it may take now. */
  maxRssBytes(): number
}

/** The child as its owner sees it. */
export type WatchProcess = {
  /** Of the outermost process; 0 while it is being started. */
  readonly pid: number
  /** Hands over a record in one or two parts, which nobody may write to any more. False: it is left out, the child is behind or not there yet. */
  send(head: Uint8Array, bytes: Uint8Array | null): boolean
  /** Ends it at once and for good. */
  kill(): void
}

export type OpenWatchProcess = (handler: WatchHandler) => WatchProcess

/** Starts the child that measures, behind the sandbox. `nodeArgs`: flags of its Node, for tests. It gets none of our environment: secrets may stand in it. */
export const openWatchProcess = (sandbox: Sandbox, nodeArgs: readonly string[] = []): OpenWatchProcess => open(watchKind, sandbox, nodeArgs)
/** The same of the child that draws thumbnails. */
export const openThumbnailProcess = (sandbox: Sandbox, nodeArgs: readonly string[] = []): OpenWatchProcess =>
  open(thumbnailKind, sandbox, nodeArgs)

const open =
  (kind: Kind, sandbox: Sandbox, nodeArgs: readonly string[]): OpenWatchProcess =>
  (handler) => {
    let confined: ConfinedChild | null = null
    let isOver = false
    const end = (reason: string): void => {
      if (isOver) return
      isOver = true
      confined?.process.kill('SIGKILL')
      handler.onEnd(reason)
    }
    const job = { script: kind.script, nodeArgs, limits: { ...limits, rssBytes: () => handler.maxRssBytes() } }
    sandbox.start(job).then(
      (started) => {
        if (typeof started === 'string') return end(`it can't be started: ${started}`)
        confined = started
        if (isOver) started.process.kill('SIGKILL')
        listen(kind, started, handler, end, () => isOver)
        // A child that is still there keeps no engine alive that wants to leave.
        started.process.unref()
      },
      (error: unknown) => end(`it can't be started: ${String(error)}`),
    )
    return {
      get pid() {
        return confined?.process.pid ?? 0
      },
      send(head, bytes) {
        const stdin = confined?.process.stdin
        if (isOver || stdin === undefined || !stdin.writable || (bytes !== null && stdin.writableLength > maxQueuedBytes)) return false
        stdin.cork()
        stdin.write(head)
        if (bytes !== null) stdin.write(bytes)
        // At the end of the turn: what one read of an input's socket brought goes in one call.
        process.nextTick(() => stdin.uncork())
        return true
      },
      kill() {
        isOver = true
        confined?.process.kill('SIGKILL')
      },
    }
  }

function listen(kind: Kind, confined: ConfinedChild, handler: WatchHandler, end: (reason: string) => void, isOver: () => boolean): void {
  const child: ChildProcessWithoutNullStreams = confined.process
  const reader = new RecordReader(kind.maxAnswerBytes)
  let words = ''
  const guard = new Guard(kind.what, silentLogger, () => end('a fault in Sluice ended it'))
  guard.once(child, 'error', (error: Error) => end(`it can't be started: ${error.message}`))
  // Not at its exit: its last words may still be on their way.
  guard.once(child, 'close', (code: number | null, signal: NodeJS.Signals | null) => {
    const ending = confined.ending(code, signal)
    if (confined.overLimit !== null) return end(confined.overLimit)
    const own = lastWords(words)
    end(`${ending.signal === null ? `it ended with code ${ending.code}` : `it ended by ${ending.signal}`}${own === null ? '' : `: ${own}`}`)
  })
  guard.on(child.stdin, 'error', () => {})
  guard.on(child.stderr, 'data', (bytes: Buffer) => {
    words = (words + bytes.toString()).slice(-keptWords)
  })
  guard.on(child.stdout, 'data', (bytes: Buffer) => {
    try {
      reader.push(bytes, (record) => {
        if (!isOver()) handler.onMessage(readFromWatch(record))
      })
    } catch (error) {
      end(`it sent something unreadable: ${messageOf(error)}`)
    }
  })
}

function lastWords(words: string): string | null {
  const line = words.split('\n').findLast((text) => text.startsWith('sluice watch: '))
  return line?.slice('sluice watch: '.length) ?? null
}
