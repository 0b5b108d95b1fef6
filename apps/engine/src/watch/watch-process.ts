import { fileURLToPath } from 'node:url'
import { openRecordChild, type RecordJob, type Sandbox } from '@sluice/base/sandbox'
import { type FromWatch, maxAnswerBytes, maxThumbnailAnswerBytes, readFromWatch } from '@sluice/contract/watch'

const mainOf = (name: string): string => fileURLToPath(new URL(`../../../transcoder/src/${name}`, import.meta.url))
/** What a child is, and how long its answers may be. */
type Kind = Pick<RecordJob, 'name' | 'script' | 'maxRecordBytes'>
const watchKind: Kind = {
  name: 'the process that watches pictures and sound',
  script: mainOf('watch-main.ts'),
  maxRecordBytes: maxAnswerBytes,
}
const thumbnailKind: Kind = {
  name: 'the process that draws thumbnails',
  script: mainOf('thumbnail-main.ts'),
  maxRecordBytes: maxThumbnailAnswerBytes,
}
/** What may wait for a child that is slow: some seconds of a few inputs. Frames beyond it are left out. */
const maxQueuedBytes = 8 * 1024 * 1024
/** It lives as long as its inputs, so that processor time is bounded by the second: its decoders have one thread. It writes no file. */
const limits = { dataBytes: 4096 * 1024 * 1024, cpuSeconds: null, cores: { most: 1.8, windowMs: 20_000 }, fileBytes: 0, niceness: 10 }

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

/** Starts the child that measures, behind the sandbox. `nodeArgs`: flags of its Node, for tests. */
export const openWatchProcess = (sandbox: Sandbox, nodeArgs: readonly string[] = []): OpenWatchProcess => open(watchKind, sandbox, nodeArgs)
/** The same of the child that draws thumbnails. */
export const openThumbnailProcess = (sandbox: Sandbox, nodeArgs: readonly string[] = []): OpenWatchProcess =>
  open(thumbnailKind, sandbox, nodeArgs)

const open =
  (kind: Kind, sandbox: Sandbox, nodeArgs: readonly string[]): OpenWatchProcess =>
  (handler) => {
    const job = { ...kind, says: 'sluice watch: ', nodeArgs, limits: { ...limits, rssBytes: () => handler.maxRssBytes() } }
    const child = openRecordChild(sandbox, job, {
      onRecord: (record) => handler.onMessage(readFromWatch(record)),
      onEnd: (reason) => handler.onEnd(reason),
    })
    return {
      get pid() {
        return child.pid
      },
      send: (head, bytes) => (bytes === null || child.queuedBytes <= maxQueuedBytes) && child.send(head, bytes),
      kill: () => child.kill(),
    }
  }
