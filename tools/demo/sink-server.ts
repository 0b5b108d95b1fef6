import { type Clock, systemClock } from '@sluice/base/clock'
import { openRtmpSink, type SinkBehaviour } from '@sluice/testkit/rtmp-sink'

/** A destination of the demo, in this process. */
export type SinkServer = {
  readonly url: string
  readonly streamKey: string
  readonly figures: SinkFigures
  close(): Promise<void>
}

/** What arrived: all sessions together. */
export type SinkFigures = { readonly isConnected: boolean; readonly bytes: number; readonly videoFrames: number }

/** Opens a destination emulator on a free port of 127.0.0.1, and counts what it is sent. */
export async function openSink(streamKey: string, behaviour: SinkBehaviour, clock: Clock = systemClock): Promise<SinkServer> {
  const sink = await openRtmpSink({ behaviour, clock, isRecording: false })
  return {
    url: sink.url,
    streamKey,
    get figures() {
      const { sessions } = sink
      return {
        isConnected: sessions.some(({ ended }) => ended === null),
        bytes: sessions.reduce((sum, { bytes }) => sum + bytes, 0),
        videoFrames: sessions.reduce((sum, { counts }) => sum + counts.video, 0),
      }
    },
    close: () => sink.close(),
  }
}
