import { concatBytes } from '@sluice/base/bytes'
import { RecordReader } from '@sluice/base/records'
import { type LinkMessage, maxLinkFrameBytes, readFrameLink } from '@sluice/containers/frame-link'
import type { FromWatch } from '@sluice/contract/watch'
import type { OpenWatchProcess, WatchHandler } from '../watch-process.ts'

/** A child that a test speaks for. */
export type FakeWatch = {
  readonly got: LinkMessage[]
  isKilled: boolean
  /** It is behind: frames are left out. */
  isSlow: boolean
  say(message: FromWatch): void
  end(reason: string): void
}

/** Children that were started, in order; each says nothing until the test has it say something. */
export function fakeWatches(): { readonly open: OpenWatchProcess; readonly all: FakeWatch[] } {
  const all: FakeWatch[] = []
  const open: OpenWatchProcess = (handler: WatchHandler) => {
    const reader = new RecordReader(maxLinkFrameBytes)
    const fake: FakeWatch = {
      got: [],
      isKilled: false,
      isSlow: false,
      say: (message) => handler.onMessage(message),
      end: (reason) => handler.onEnd(reason),
    }
    all.push(fake)
    return {
      pid: all.length,
      send(head, bytes) {
        if (fake.isSlow && bytes !== null) return false
        reader.push(bytes === null ? head : concatBytes([head, bytes]), (record) => fake.got.push(readFrameLink(record.slice())))
        return true
      },
      kill() {
        fake.isKilled = true
      },
    }
  }
  return { open, all }
}
