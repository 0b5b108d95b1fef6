import type { TestContext } from 'node:test'
import { writeU32 } from '@sluice/base/bytes'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import type { Frame } from '@sluice/codecs/frame'
import { rtmpFormat } from '@sluice/media/output'
import { openRtmpPublisher, type RtmpPublisher } from '@sluice/protocols/rtmp'
import { makeVideoTrack } from '@sluice/testkit/frames'
import type { SinkSession } from '@sluice/testkit/rtmp-sink'

const fps = 25
const gopFrames = 25
const nalLengthBytes = 4
const numberAt = nalLengthBytes + 1
const stampAt = numberAt + 4
/** FLV's video header: type, packet type, composition time. */
const flvHeaderBytes = 5
const track = makeVideoTrack()

/** Frames that tell their number and when they were made: a lost one is seen at the far end whatever its timestamp. */
function numberedFrame(number: number, bytes: number): Frame {
  const body = new Uint8Array(bytes)
  const dts = (number * 90_000) / fps
  const isKey = number % gopFrames === 0
  writeU32(body, 0, bytes - nalLengthBytes)
  body[nalLengthBytes] = isKey ? 0x65 : 0x41
  writeU32(body, numberAt, number)
  new DataView(body.buffer).setFloat64(stampAt, systemClock.nowMs())
  return { track, dts, pts: dts, isKey, bytes: body }
}

export type NumberedSource = { readonly sent: number; stop(): void }

/** Publishes numbered video at 25 frames/s, with a key frame each second, until it is stopped. */
export function publishNumbered(t: TestContext, url: string, key: string, frameBytes: number): Promise<NumberedSource> {
  return new Promise((resolve, reject) => {
    const publisher: RtmpPublisher = openRtmpPublisher({
      url,
      streamKey: key,
      clock: systemClock,
      log: silentLogger,
      handler: { onReady: () => resolve(run(t, publisher, frameBytes)), onClose: (failure) => reject(new Error(failure.message)) },
    })
    t.after(() => publisher.close())
  })
}

function run(t: TestContext, publisher: RtmpPublisher, frameBytes: number): NumberedSource {
  const format = rtmpFormat({ messageStreamId: publisher.messageStreamId, fourCcs: [], isMultitrack: false, isPublishing: true })
  publisher.write(format.head([track], 0))
  const startMs = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    while ((sent * 1000) / fps <= performance.now() - startMs) publisher.write(format.frame(numberedFrame(sent++, frameBytes))!)
  }, 10)
  t.after(() => clearInterval(timer))
  return {
    get sent() {
      return sent
    },
    stop() {
      clearInterval(timer)
      publisher.close()
    },
  }
}

export type Received = { readonly number: number; readonly delayMs: number }

/** The numbered frames of a session, in order of arrival, each with how long it took. */
export function receivedBy(session: SinkSession): Received[] {
  return session.messages
    .filter(({ kind, body }) => kind === 'video' && body[1] === 1)
    .map(({ body, atMs }) => {
      const view = new DataView(body.buffer, body.byteOffset + flvHeaderBytes)
      return { number: view.getUint32(numberAt), delayMs: atMs - view.getFloat64(stampAt) }
    })
}

/** Places where a number is missing or came twice. */
export function brokenPlaces(received: readonly Received[]): string[] {
  return received
    .slice(1)
    .map(({ number }, i) => [received[i]!.number, number] as const)
    .filter(([before, after]) => after !== before + 1)
    .map(([before, after]) => `${before} -> ${after}`)
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
