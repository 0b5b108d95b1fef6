import { concatBytes } from '@sluice/base/bytes'
import type { Frame } from '@sluice/codecs/frame'
import { randomFrom } from '@sluice/testkit/random'
import { TsDemuxer, TsMuxer } from './index.ts'
import { makeAacTrack, makeAudioFrame, makeH264Frame, makeH264Track, makePayload } from './testing/make-media.ts'

// Run it with node: how fast 6 Mbit/s of H.264 with AAC is demuxed and muxed, as MB/s of transport stream and as share of a core.
const seconds = 20
const bitrateBps = 6_000_000
const passes = 6
const srtPayloadBytes = 1316

/** One GOP of 2 s after the other: a key frame of eight times the size of the others, 50 frames a second. */
function makeProgramme(): Frame[] {
  const random = randomFrom(1)
  const [video, audio] = [makeH264Track(), makeAacTrack()]
  const usual = Math.round(bitrateBps / 8 / 53.5)
  const pictures = Array.from({ length: seconds * 50 }, (_, i) =>
    makeH264Frame(video, i * 1800, i * 1800, i % 100 === 0, makePayload(random, i % 100 === 0 ? usual * 8 : usual)),
  )
  const sounds = Array.from({ length: Math.floor(seconds * 46.875) }, (_, i) => makeAudioFrame(audio, i * 1920, random.bytes(340)))
  return [...pictures, ...sounds].sort((a, b) => a.dts - b.dts)
}

function report(what: string, bytes: number, run: () => void): void {
  run() // warm
  const startMs = performance.now()
  for (let pass = 0; pass < passes; pass++) run()
  const spentS = (performance.now() - startMs) / 1000
  const rate = (bytes * passes) / spentS / 1e6
  const share = (spentS / passes / seconds) * 100
  console.log(`${what}: ${rate.toFixed(0)} MB/s, ${share.toFixed(2)} % of a core for one stream`)
}

const frames = makeProgramme()
const mux = (): Uint8Array[] => {
  const muxer = new TsMuxer()
  return frames.map((frame) => muxer.write(frame))
}
const ts = concatBytes(mux())
const sink = { onTrack() {}, onFrame() {} }
report('demux, 1316 bytes at a time', ts.length, () => {
  const demuxer = new TsDemuxer()
  for (let at = 0; at < ts.length; at += srtPayloadBytes) demuxer.push(ts.subarray(at, at + srtPayloadBytes), sink)
})
report('mux', ts.length, mux)
