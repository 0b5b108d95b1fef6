import { availableParallelism, cpus } from 'node:os'
import { ticksPerSecond } from '@sluice/codecs/frame'
import { type Calibration, type RungVideo, rungPresets } from '@sluice/contract/link'
import type { Av } from '../av/av.ts'
import { Decoder } from '../av/decoder.ts'
import { FrameGraph } from '../av/filter-graph.ts'
import { VideoEncoder } from './video-encoder.ts'

const rate = { num: 30, den: 1 }
const clipSeconds = 2
/** Noise over motion: content at the hard end, so that a plan made with it holds. */
const clip = (width: number, height: number): string =>
  `testsrc2=s=${width}x${height}:r=${rate.num}:d=${clipSeconds},noise=alls=20:allf=t,format=yuv420p`
const decoded = { width: 1920, height: 1080, bitrateKbps: 6000 } as const
const encoded = { width: 1280, height: 720, bitrateKbps: 2800 } as const
/** Of the planner's formula: percent of a core = k x (megapixels a second) ^ 0.91. */
const sizePower = 0.91

/**
 * What encoding takes of this machine: two seconds at each preset, and two seconds decoded, by this process's own time of the processor. Throws
 * Error with FFmpeg's reason.
 */
export function calibrate(av: Av): Calibration {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    version: av.getFFmpegInfo().version,
    k: measureEncoding(av),
    decode: measureDecoding(av),
  }
}

const openEncoder = (av: Av, wish: Pick<RungVideo, 'width' | 'height' | 'bitrateKbps' | 'preset'>): VideoEncoder =>
  new VideoEncoder(av, { codec: 'h264', fps: rate, gopMs: 2000, ...wish })

/** All presets take the same picture one after the other, so that a busy moment falls on all of them. */
function measureEncoding(av: Av): Calibration['k'] {
  const meters = rungPresets.map((preset) => ({ preset, meter: new CpuMeter(), encoder: openEncoder(av, { ...encoded, preset }) }))
  const graph = new FrameGraph(av, 'video', null, clip(encoded.width, encoded.height))
  try {
    let slot = 0
    while (
      graph.next((picture) => {
        for (const { meter, encoder } of meters) {
          encoder.prepare(picture, slot, slot === 0, null)
          meter.measure(() => encoder.encodeSync())
          encoder.drain(() => {})
        }
      })
    )
      slot++
    const megapixels = (encoded.width * encoded.height * rate.num) / 1e6
    return Object.fromEntries(
      meters.map(({ preset, meter }) => [preset, round(meter.percent / megapixels ** sizePower)]),
    ) as Calibration['k']
  } finally {
    graph.close()
    for (const { encoder } of meters) encoder.close()
  }
}

function measureDecoding(av: Av): number {
  const encoder = openEncoder(av, { ...decoded, preset: 'ultrafast' })
  const graph = new FrameGraph(av, 'video', null, clip(decoded.width, decoded.height))
  const decoder = new Decoder(av, encoder.track!, decoded.width * decoded.height)
  const meter = new CpuMeter()
  try {
    let slot = 0
    while (
      graph.next((picture) => {
        encoder.prepare(picture, slot, slot === 0, null)
        encoder.encodeSync()
        const dts = (slot * ticksPerSecond * rate.den) / rate.num
        encoder.drain(({ bytes }) => meter.measure(() => decoder.decode({ bytes, dts, pts: dts }, false, () => {})))
      })
    )
      slot++
    return round(meter.percent)
  } finally {
    graph.close()
    encoder.close()
    decoder.close()
  }
}

const round = (value: number): number => Math.max(0.001, Number(value.toFixed(3)))

/** Time of the processor that work took, as percent of a core in real time. */
class CpuMeter {
  #microseconds = 0

  measure(work: () => void): void {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    this.#microseconds += user + system
  }

  get percent(): number {
    return this.#microseconds / 1e4 / clipSeconds
  }
}
