import type { Clock } from '@sluice/base/clock'
import type { Failure, FailureKind } from '@sluice/base/errors'
import type { Frame, Track } from '@sluice/codecs/frame'
import type { OpenTransport, OutputConnection, OutputTarget, WireFormat } from '@sluice/media/output'

/** A wire whose bytes can be read in a test: `head 40 h264@40 aac@20`, `video 40 key`, `audio 40`, each with a line feed. Refuses what is not H.264 or AAC. */
export function textFormat(): WireFormat {
  const line = (text: string): Uint8Array => new TextEncoder().encode(`${text}\n`)
  return {
    head: (tracks, dts, dtsOf = () => dts) =>
      line(`head ${Math.round(dts / 90)} ${tracks.map((track) => `${track.codec}@${Math.round(dtsOf(track) / 90)}`).join(' ')}`),
    frame: ({ track, dts, isKey }: Frame) =>
      track.id === 0 ? line(`${track.kind} ${Math.round(dts / 90)}${isKey && track.kind === 'video' ? ' key' : ''}`) : null,
    data: ({ dts }) => line(`data ${Math.round(dts / 90)}`),
    refuses: (tracks: readonly Track[]) => tracks.find(({ codec }) => codec !== 'h264' && codec !== 'aac') ?? null,
  }
}

/** One try to connect, as the far end sees it: it answers by `accept` or `fail`. */
export type FakeDial = {
  readonly target: OutputTarget
  isClosed: boolean
  /** `first`: how the far end is when the first bytes come. */
  accept(first?: { isReading?: boolean; isDeaf?: boolean }): FakeConnection
  fail(kind: FailureKind): void
}

/** A connection that takes bytes or, with `isReading` off, lets them pile up in the process; it acknowledges when told to. */
export type FakeConnection = OutputConnection & {
  write(bytes: Uint8Array): void
  readonly queuedBytes: number
  readonly written: Uint8Array[]
  isReading: boolean
  /** The kernel takes everything, and the far end's program nothing. */
  isDeaf: boolean
  /** Takes all that is queued. */
  drain(): void
  acknowledge(): void
}

/** A transport without sockets: every opening lands in `dials`. */
export function fakeTransport(clock: Clock): { open: OpenTransport<OutputTarget>; dials: FakeDial[] } {
  const dials: FakeDial[] = []
  const open: OpenTransport<OutputTarget> = (target, events) => {
    const dial: FakeDial = {
      target,
      isClosed: false,
      accept(first = {}) {
        const connection = makeConnection(clock, () => {
          dial.isClosed = true
        })
        Object.assign(connection, first)
        events.onReady(connection)
        return connection
      },
      fail(kind) {
        const failure: Failure = { kind, code: 'FAKE_FAILURE', message: `the far end failed: ${kind}` }
        events.onClose(failure)
      },
    }
    dials.push(dial)
    return {
      close: () => {
        dial.isClosed = true
      },
    }
  }
  return { open, dials }
}

function makeConnection(clock: Clock, onClose: () => void): FakeConnection {
  const state = {
    sent: 0,
    queued: 0,
    taken: 0,
    acked: null as number | null,
    lastAckMs: null as number | null,
    lastProgressMs: clock.nowMs(),
  }
  return {
    written: [],
    isReading: true,
    isDeaf: false,
    wireKey: 'text',
    makeFormat: textFormat,
    write(bytes) {
      this.written.push(bytes)
      state.sent += bytes.length
      if (!this.isReading) state.queued += bytes.length
      else {
        state.lastProgressMs = clock.nowMs()
        if (!this.isDeaf) state.taken = state.sent
      }
    },
    drain() {
      state.queued = 0
      state.taken = state.sent
      state.lastProgressMs = clock.nowMs()
    },
    acknowledge() {
      state.acked = state.sent - state.queued
      state.lastAckMs = clock.nowMs()
    },
    get queuedBytes() {
      return state.queued
    },
    get bytesSent() {
      return state.sent
    },
    get lastProgressMs() {
      return state.lastProgressMs
    },
    get ackedBytes() {
      return state.acked
    },
    get lastAckMs() {
      return state.lastAckMs
    },
    get sink() {
      return this
    },
    lookTaken() {
      return { takenBytes: state.taken, heldBytes: state.sent - state.queued - state.taken, isShut: this.isDeaf, atMs: clock.nowMs() }
    },
    srtStats: null,
    close: onClose,
  }
}
