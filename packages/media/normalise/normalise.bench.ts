import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { Normaliser } from './index.ts'
import { frameFrom, makeH264Pictures, makeH264Track } from './testing/make-pictures.ts'

/** What a frame costs on its way through. `node packages/media/normalise/normalise.bench.ts` */
const rounds = 200_000

function measure(name: string, frames: readonly Parameters<Normaliser['putFrame']>[0][]): void {
  let given = 0
  const normaliser = new Normaliser({ onTrack() {}, onFrame: () => given++, onNote() {} })
  const run = (count: number): number => {
    const startMs = performance.now()
    for (let i = 0; i < count; i++) normaliser.putFrame(frames[i % frames.length]!)
    return ((performance.now() - startMs) * 1e6) / count
  }
  run(rounds)
  process.stdout.write(`${name}: ${Math.round(run(rounds))} ns a frame, ${given} given\n`)
}

/** 1080p as encoders send it: about 20 kB a picture in `slices` slices, whose payload nobody looks at. */
function big(slices: number) {
  const options = { pictures: 240, slices, bFrames: 2, gopFrames: 60 }
  const track = makeH264Track(options)
  return makeH264Pictures(options).map((picture) => {
    const payload = new Uint8Array(Math.floor(20_000 / slices)).fill(0x55)
    return frameFrom(
      track,
      picture.units.map((unit) => Uint8Array.from([...unit, ...payload])),
      picture,
    )
  })
}

measure('H.264, 1 slice', big(1))
measure('H.264, 4 slices', big(4))
measure('H.264, 8 slices', big(8))
const track = makeVideoTrack()
measure(
  'H.264, no headers that tell an order',
  Array.from({ length: 60 }, (_, i) => makeFrame(track, i * 33, { isKey: i === 0 })),
)
