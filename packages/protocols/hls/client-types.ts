import type { LookupFunction } from 'node:net'
import type { Clock } from '@sluice/base/clock'
import type { Failure, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { Frame, MediaNote } from '@sluice/codecs/frame'
import type { HlsLimits } from './limits.ts'

/** Where from, and how. `url` is never logged or put into a message. */
export type HlsSourceOptions = {
  /** `http(s)://[user:password@]host[:port]/path[?query]` of a multivariant or media playlist. */
  url: string
  clock: Clock
  /** For faults of our own. */
  log?: Logger
  /** A playlist that is whole from the start is a recording and played over and over; else it is a stream that has ended. Default true. */
  mayRepeat?: boolean
  /** Finds addresses, and may refuse them by an error. */
  lookup?: LookupFunction
  /** Why a host that is written as an address may not be called, or null. Asked before each request and at each redirect. */
  refuseHost?: (host: string) => SluiceError | null
  /** More certificates to trust, PEM. */
  ca?: string
  limits?: Partial<HlsLimits>
  handler: {
    /** Media is about to come. Once at most. */
    onReady(source: HlsSource): void
    /** In real time, in decoding order. */
    onFrame(frame: Frame): void
    onFlush(): void
    /** Something of the stream is left out. Also before `onReady`. */
    onNote?(note: MediaNote): void
    /** It is over, or never began; once, and not after our own `close`. */
    onClose(failure: Failure): void
  }
}

export interface HlsSource {
  /** Whom the last answer came from, or ''. */
  readonly remoteAddress: string
  /** What the server calls itself, or null. */
  readonly server: string | null
  /** Bytes of all answers. */
  readonly bytesReceived: number
  /** Ends all requests; no further call of the handler. */
  close(): void
}
