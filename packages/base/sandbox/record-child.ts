import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { messageOf } from '../errors/index.ts'
import { Guard } from '../guard/index.ts'
import { silentLogger } from '../log/index.ts'
import { RecordReader } from '../records/index.ts'
import type { ConfinedChild, ConfinedJob } from './confined-child.ts'
import type { Sandbox } from './sandbox.ts'

const keptWords = 2000

export type RecordChildHandler = {
  /** One record, valid until this returns. What it throws ends the child: it said what can't be read. */
  onRecord(record: Uint8Array): void
  /** All of one read was given. */
  onTurn?(): void
  /** Once, and last: the process is gone, or spoke what can't be read. Not after `kill`. */
  onEnd(reason: string): void
}

/** A confined child that takes and gives records on its standard streams, as its owner sees it. */
export type RecordChild = {
  /** Of the outermost process; 0 while it is being started. */
  readonly pid: number
  /** Bytes that it has not taken yet. */
  readonly queuedBytes: number
  /** Hands over a record in one or two parts, which nobody may write to any more. False: the child is not there yet, or not any more. */
  send(head: Uint8Array, bytes: Uint8Array | null): boolean
  /** Ends it at once and for good. */
  kill(): void
}

/** `says`: what the line of its last words on standard error begins with. It gets none of our environment: secrets may stand in it. */
export type RecordJob = ConfinedJob & { readonly name: string; readonly says: string; readonly maxRecordBytes: number }

/** Starts a child behind the sandbox. It keeps no process alive that wants to leave. */
export function openRecordChild(sandbox: Sandbox, job: RecordJob, handler: RecordChildHandler): RecordChild {
  let confined: ConfinedChild | null = null
  let isOver = false
  const end = (reason: string): void => {
    if (isOver) return
    isOver = true
    confined?.process.kill('SIGKILL')
    handler.onEnd(reason)
  }
  sandbox.start(job).then(
    (started) => {
      if (typeof started === 'string') return end(`it can't be started: ${started}`)
      confined = started
      if (isOver) started.process.kill('SIGKILL')
      listen(started, job, handler, end, () => isOver)
      started.process.unref()
    },
    (error: unknown) => end(`it can't be started: ${String(error)}`),
  )
  return {
    get pid() {
      return confined?.process.pid ?? 0
    },
    get queuedBytes() {
      return confined?.process.stdin.writableLength ?? 0
    },
    send(head, bytes) {
      const stdin = confined?.process.stdin
      if (isOver || stdin === undefined || !stdin.writable) return false
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

function listen(
  confined: ConfinedChild,
  { name, says, maxRecordBytes }: RecordJob,
  handler: RecordChildHandler,
  end: (reason: string) => void,
  isOver: () => boolean,
): void {
  const child: ChildProcessWithoutNullStreams = confined.process
  const reader = new RecordReader(maxRecordBytes)
  let words = ''
  const guard = new Guard(name, silentLogger, () => end('a fault in Sluice ended it'))
  guard.once(child, 'error', (error: Error) => end(`it can't be started: ${error.message}`))
  // Not at its exit: its last words may still be on their way.
  guard.once(child, 'close', (code: number | null, signal: NodeJS.Signals | null) => {
    const ending = confined.ending(code, signal)
    if (confined.overLimit !== null) return end(confined.overLimit)
    const own = words.split('\n').findLast((text) => text.startsWith(says))
    const how = ending.signal === null ? `it ended with code ${ending.code}` : `it ended by ${ending.signal}`
    end(own === undefined ? how : `${how}: ${own.slice(says.length)}`)
  })
  guard.on(child.stdin, 'error', () => {})
  guard.on(child.stderr, 'data', (bytes: Buffer) => {
    words = (words + bytes.toString()).slice(-keptWords)
  })
  guard.on(child.stdout, 'data', (bytes: Buffer) => {
    try {
      reader.push(bytes, (record) => {
        if (!isOver()) handler.onRecord(record)
      })
    } catch (error) {
      return end(`it sent something unreadable: ${messageOf(error)}`)
    }
    if (!isOver()) handler.onTurn?.()
  })
}
