import type { TestContext } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import type { Frame } from '@sluice/codecs/frame'
import { rtmpFormat } from '@sluice/media/output'
import { openRtmpPlayer, openRtmpPublisher, type RtmpPublisher } from '@sluice/protocols/rtmp'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'

export type TestPublisher = {
  readonly publisher: RtmpPublisher
  /** Resolves when the far end ends it. */
  readonly ended: Promise<Failure>
  /** Sends `ms` more of a programme with a key frame each second, as fast as it goes. */
  send(ms: number): void
}

/** Publishes to `port` under `key`. Rejects with the failure as its message when refused. */
export function publishTo(t: TestContext, port: number, key: string): Promise<TestPublisher> {
  return new Promise((resolve, reject) => {
    const ended = Promise.withResolvers<Failure>()
    const publisher = openRtmpPublisher({
      url: `rtmp://127.0.0.1:${port}/live`,
      streamKey: key,
      clock: systemClock,
      log: silentLogger,
      handler: {
        onReady: () => resolve({ publisher, ended: ended.promise, send: senderOf(publisher) }),
        onClose(failure) {
          reject(new Error(`${failure.kind}: ${failure.message}`))
          ended.resolve(failure)
        },
      },
    })
    t.after(() => publisher.close())
  })
}

function senderOf(publisher: RtmpPublisher): (ms: number) => void {
  const format = rtmpFormat({ messageStreamId: publisher.messageStreamId, fourCcs: [], isMultitrack: false, isPublishing: true })
  const [video, audio] = [makeVideoTrack(), makeAudioTrack()]
  let sentMs = 0
  return (ms) => {
    if (sentMs === 0) publisher.write(format.head([video, audio], 0))
    const frames: Frame[] = makeMedia({ video, audio, startMs: sentMs, durationMs: ms, gopFrames: 30 })
    for (const frame of frames) publisher.write(format.frame(frame) ?? new Uint8Array(0))
    sentMs += ms
  }
}

export type TestPlayer = {
  readonly counts: { audio: number; video: number; data: number }
  readonly ended: Promise<Failure>
  close(): void
}

/** Plays `name` from `port` and counts what comes. */
export function playFrom(t: TestContext, port: number, name: string): TestPlayer {
  const counts = { audio: 0, video: 0, data: 0 }
  const ended = Promise.withResolvers<Failure>()
  const player = openRtmpPlayer({
    url: `rtmp://127.0.0.1:${port}/live`,
    streamKey: name,
    clock: systemClock,
    log: silentLogger,
    sink: { onMessage: (kind) => counts[kind]++, onClose() {} },
    handler: { onClose: (failure) => ended.resolve(failure) },
  })
  t.after(() => player.close())
  return { counts, ended: ended.promise, close: () => player.close() }
}
