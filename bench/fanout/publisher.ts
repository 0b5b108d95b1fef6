import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage } from '@sluice/protocols/rtmp'
import { audioTrack, stampedFrame, videoTrack } from '../support/stamped-media.ts'

/** Runs as a child process: `publisher.ts URL KEY BITS_PER_SECOND` publishes stamped video at 30 fps, key frames every 2 s, and audio. */
const [url = '', streamKey = '', bitsPerSecond = '6000000'] = process.argv.slice(2)
const fps = 30
const gopFrames = 60
const frameBytes = Math.round(Number(bitsPerSecond) / 8 / fps)
const classic = { enhanced: false } as const
const audioFrame = new Uint8Array(300)

function publish(publisher: RtmpPublisher): void {
  const write = (kind: 'audio' | 'video', ms: number, parts: Uint8Array[]): void =>
    publisher.write(writeMediaMessage(kind, ms, publisher.messageStreamId, parts))
  write('video', 0, [flvConfigBody(videoTrack, classic)!])
  write('audio', 0, [flvConfigBody(audioTrack, classic)!])
  let number = 0
  const startMs = performance.now()
  const tick = (): void => {
    while ((number * 1000) / fps <= performance.now() - startMs) {
      const dts = Math.round((number * 90_000) / fps)
      const frame = stampedFrame({ bytes: frameBytes, isKey: number % gopFrames === 0, dts })
      write('video', dts / 90, [flvFrameHeader(frame, classic)!, frame.bytes])
      const audio = { track: audioTrack, dts, pts: dts, isKey: true, bytes: audioFrame }
      write('audio', dts / 90, [flvFrameHeader(audio, classic)!, audioFrame])
      number++
    }
    setTimeout(tick, Math.max(0, (number * 1000) / fps - (performance.now() - startMs)))
  }
  tick()
  process.send?.('publishing')
}

openRtmpPublisher({
  url,
  streamKey,
  clock: systemClock,
  log: silentLogger,
  handler: {
    onReady: publish,
    onClose(failure) {
      process.stderr.write(`publisher: ${failure.kind}: ${failure.message}\n`)
      process.exit(1)
    },
  },
})
// The client's timers do not hold the process: this does.
setInterval(() => {}, 60_000)
process.on('disconnect', () => process.exit(0))
