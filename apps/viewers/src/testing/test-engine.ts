import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '@sluice/base/clock'
import { RecordReader } from '@sluice/base/records'
import { ProgrammeBus } from '@sluice/media/bus'
import { bufferPolicyOf } from '@sluice/media/hls'
import { Packager } from '@sluice/media/packager'
import { MediaStore, type StorePosition } from '@sluice/media/store'
import {
  type AudienceFigures,
  type FedFacts,
  maxStoreRecordBytes,
  readFromViewers,
  StoreFeed,
  storeLinkPath,
  storeLinkVersion,
  writeToViewers,
} from '@sluice/media/store-link'
import { hashKey, playIdOf, previewIdOf } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'

export type TestProgramme = {
  readonly store: MediaStore
  /** Another store goes on in its place. */
  goOnFrom(after: StorePosition): void
  /** `ms` more of a programme with a key frame each second, as fast as it goes. */
  send(ms: number): void
  tell(facts: Partial<FedFacts>): void
  end(): void
}

let runs = 0

/** What an engine is to the viewers' process: packagers, stores and the feed over a real socket, without what an engine is besides. */
export class TestEngine {
  readonly feed = new StoreFeed(`run-${++runs}`)
  readonly socket: Socket
  figures: readonly AudienceFigures[] = []
  readonly #clock: Clock

  private constructor(socket: Socket, clock: Clock) {
    this.socket = socket
    this.#clock = clock
  }

  static async connect(t: TestContext, runDir: string, options: { engineId?: string; clock?: Clock } = {}): Promise<TestEngine> {
    const { engineId = 'e1', clock = systemClock } = options
    const socket = connect(storeLinkPath(runDir))
    t.after(() => socket.destroy())
    const engine = new TestEngine(socket, clock)
    const write = (pieces: readonly Uint8Array[]): void => pieces.forEach((piece) => void socket.write(piece))
    const welcome = Promise.withResolvers<void>()
    const reader = new RecordReader(maxStoreRecordBytes)
    socket.on('data', (bytes: Uint8Array) =>
      reader.push(bytes, (record) => {
        const message = readFromViewers(record)
        if (message?.type === 'position') engine.feed.position(message.storeId, message.after)
        else if (message?.type === 'figures') engine.figures = message.channels
        else if (message?.type === 'welcome') {
          const pipe = { write, cut: () => void socket.destroy(), queuedBytes: 0 }
          engine.feed.link(Object.defineProperty(pipe, 'queuedBytes', { get: () => socket.writableLength }))
          welcome.resolve()
        }
      }),
    )
    socket.on('drain', () => engine.feed.pump())
    socket.on('error', () => {})
    socket.on('close', () => engine.feed.unlink())
    await once(socket, 'connect')
    write(writeToViewers({ type: 'hello', version: storeLinkVersion, engineId }))
    await welcome.promise
    return engine
  }

  /** Carries a channel, as `makeChannelSpec` names its addresses. */
  carry(channelId: string, changed: Partial<FedFacts> = {}): TestProgramme {
    const clock = this.#clock
    let facts: FedFacts = {
      playIdHash: hashKey(playIdOf(channelId)),
      previewIdHash: hashKey(previewIdOf(channelId)),
      onAir: 'off',
      rungs: ['source'],
      sounds: [],
      segmentMs: 2000,
      partMs: 500,
      windowSegments: 6,
      ...changed,
    }
    const [video, audio] = [makeVideoTrack(), makeAudioTrack()]
    const bus = new ProgrammeBus(() => {})
    const policy = bufferPolicyOf(facts)
    const open = (after?: StorePosition) => {
      const options = { clock, maxSegments: policy.windowSegments, targetDurationS: policy.targetDurationS }
      const store = new MediaStore({ ...options, ...(after === undefined ? {} : { after }) })
      const packager = new Packager({ bus, store, clock, segmentMs: policy.segmentMs, partMs: policy.partMs })
      this.feed.open(channelId, store, facts, goOnFrom)
      return { store, packager }
    }
    const goOnFrom = (after: StorePosition): void => {
      made.packager.close()
      made = open(after)
    }
    let made = open()
    let sentMs = 0
    const tell = (more: Partial<FedFacts>): void => {
      facts = { ...facts, ...more }
      this.feed.setFacts(channelId, facts)
    }
    return {
      get store() {
        return made.store
      },
      goOnFrom,
      tell,
      send(ms) {
        if (sentMs === 0) {
          bus.splice([video, audio])
          tell({ onAir: 'live' })
        }
        for (const frame of makeMedia({ video, audio, startMs: 10_000 + sentMs, durationMs: ms, gopFrames: 30 })) bus.putFrame(frame)
        sentMs += ms
      },
      end() {
        made.packager.clear()
      },
    }
  }
}
