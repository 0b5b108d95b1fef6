import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Guard } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import { type FromWatch, maxAnswerBytes, RecordReader, readFromWatch } from '@sluice/contract/watch'

const watchMain = fileURLToPath(new URL('../../../transcoder/src/watch-main.ts', import.meta.url))
/** What may wait for a child that is slow: some seconds of a few inputs. Frames beyond it are left out. */
const maxQueuedBytes = 8 * 1024 * 1024
/** Media goes first when the machine is short of time. */
const niceness = 10
const keptWords = 2000

export type WatchHandler = {
  onMessage(message: FromWatch): void
  /** Once, and last: the process is gone, or spoke what can't be read. Not after `kill`. */
  onEnd(reason: string): void
}

/** The child as its owner sees it. */
export type WatchProcess = {
  readonly pid: number
  /** Hands over a record in one or two parts, which nobody may write to any more. False: it is left out, the child is behind. */
  send(head: Uint8Array, bytes: Uint8Array | null): boolean
  /** Ends it at once and for good. */
  kill(): void
}

export type OpenWatchProcess = (handler: WatchHandler) => WatchProcess

/** Starts the child. `nodeArgs`: flags of its Node, for tests. It gets none of our environment: secrets may stand in it. */
export const openWatchProcess =
  (nodeArgs: readonly string[] = []): OpenWatchProcess =>
  (handler) => {
    const child = startChild(nodeArgs)
    if (typeof child === 'string') return unborn(child, handler)
    const reader = new RecordReader(maxAnswerBytes)
    let words = ''
    let isOver = false
    const end = (reason: string): void => {
      if (isOver) return
      isOver = true
      child.kill('SIGKILL')
      handler.onEnd(reason)
    }
    const guard = new Guard('the process that watches pictures and sound', silentLogger, () => end('a fault in Sluice ended it'))
    guard.once(child, 'error', (error: Error) => end(`it can't be started: ${error.message}`))
    // Not at its exit: its last words may still be on their way.
    guard.once(child, 'close', (code: number | null, signal: string | null) => {
      const own = lastWords(words)
      end(`${signal === null ? `it ended with code ${code}` : `it ended by ${signal}`}${own === null ? '' : `: ${own}`}`)
    })
    guard.on(child.stdin, 'error', () => {})
    guard.on(child.stderr, 'data', (bytes: Buffer) => {
      words = (words + bytes.toString()).slice(-keptWords)
    })
    guard.on(child.stdout, 'data', (bytes: Buffer) => {
      try {
        reader.push(bytes, (record) => {
          if (!isOver) handler.onMessage(readFromWatch(record))
        })
      } catch (error) {
        end(`it spoke what can't be read: ${error instanceof Error ? error.message : String(error)}`)
      }
    })
    lowerPriority(child.pid)
    // A child that is still there keeps no engine alive that wants to leave.
    child.unref()
    return {
      pid: child.pid ?? 0,
      send(head, bytes) {
        const { stdin } = child
        if (isOver || !stdin.writable || (bytes !== null && stdin.writableLength > maxQueuedBytes)) return false
        stdin.cork()
        stdin.write(head)
        if (bytes !== null) stdin.write(bytes)
        // At the end of the turn: what one read of an input's socket brought goes in one call.
        process.nextTick(() => stdin.uncork())
        return true
      },
      kill() {
        isOver = true
        child.kill('SIGKILL')
      },
    }
  }

/** Out of descriptors or memory Node gives a child without pipes, or throws: both are a child that could not be started. */
function startChild(nodeArgs: readonly string[]): ChildProcessWithoutNullStreams | string {
  try {
    const child = spawn(process.execPath, [...nodeArgs, watchMain], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '' },
    })
    if ([child.stdin, child.stdout, child.stderr].every((stream) => (stream as unknown) !== undefined && stream !== null)) return child
    child.on('error', () => {}) // it comes all the same, and without listener it would end the process
    return 'the system gives no more files'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** One that never came to be: its owner hears of its end as of any other's, once it has it in hand. */
function unborn(why: string, handler: WatchHandler): WatchProcess {
  let isOver = false
  queueMicrotask(() => {
    if (!isOver) handler.onEnd(`it can't be started: ${why}`)
  })
  return {
    pid: 0,
    send: () => false,
    kill() {
      isOver = true
    },
  }
}

function lastWords(words: string): string | null {
  const line = words.split('\n').findLast((text) => text.startsWith('sluice watch: '))
  return line?.slice('sluice watch: '.length) ?? null
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, niceness)
  } catch {
    // It is gone already, or the system forbids it: it works all the same.
  }
}
