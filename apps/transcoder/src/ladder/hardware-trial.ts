import { messageOf } from '@sluice/base/errors'
import type { HardwareEncoder } from '@sluice/contract/link'
import type { Av } from '../av/av.ts'
import { FrameGraph } from '../av/filter-graph.ts'
import type { EncoderWish } from './encoder-options.ts'
import { VideoEncoder } from './video-encoder.ts'

const size = { width: 1280, height: 720 } as const
const frames = 60
const seconds = 2
/** From the largest on; the smaller one is what every encoder has. */
const largestSizes = [
  { width: 3840, height: 2160 },
  { width: 1920, height: 1080 },
  { width: 1280, height: 720 },
] as const
const mostSessions = 8

const wishOf = (
  { kind, codec }: Pick<HardwareEncoder, 'kind' | 'codec'>,
  { width, height }: { width: number; height: number },
): EncoderWish => ({
  ...{ codec, width, height, fps: { num: 30, den: 1 }, bitrateKbps: 3000, gopMs: 2000, preset: 'veryfast', encoder: kind },
})

/**
 * Encodes two seconds on an encoder in hardware, and sees that a key frame of the wanted size came first: a device that is there proves nothing. Then how
 * large a picture may be, and how many sessions there are. Throws Error with the reason; a driver may end or hang the process.
 */
export function tryHardware(av: Av, { kind, codec }: Pick<HardwareEncoder, 'kind' | 'codec'>): HardwareEncoder {
  const cpuPercent = encodeSome(av, wishOf({ kind, codec }, size))
  const largest = largestSizes.find((one) => canOpen(av, wishOf({ kind, codec }, one)))!
  return {
    kind,
    codec,
    maxWidth: largest.width,
    maxHeight: largest.height,
    maxSessions: countSessions(av, wishOf({ kind, codec }, size)),
    cpuPercent,
  }
}

function encodeSome(av: Av, wish: EncoderWish): number {
  const encoder = new VideoEncoder(av, wish)
  const graph = new FrameGraph(av, 'video', null, `testsrc2=s=${wish.width}x${wish.height}:r=30:d=${seconds},format=yuv420p`)
  let count = 0
  let isFirstKey = false
  let microseconds = 0
  try {
    for (let slot = 0; slot < frames; slot++) {
      graph.next((picture) => {
        const before = process.cpuUsage()
        encoder.prepare(picture, slot, slot === 0, null)
        encoder.encodeSync()
        encoder.drain(({ isKey }) => {
          isFirstKey ||= count === 0 && isKey
          count++
        })
        const { user, system } = process.cpuUsage(before)
        microseconds += user + system
      })
    }
    const { track } = encoder
    if (count === 0) throw new Error(`no picture came of ${frames}`)
    if (!isFirstKey) throw new Error('its first picture is no key frame')
    if (track === null || track.width !== wish.width || track.height !== wish.height)
      throw new Error(`its pictures are ${track?.width}x${track?.height}, not ${wish.width}x${wish.height}`)
    return Math.round(microseconds / 1e3 / seconds) / 10
  } finally {
    graph.close()
    encoder.close()
  }
}

function canOpen(av: Av, wish: EncoderWish): boolean {
  try {
    new VideoEncoder(av, wish).close()
    return true
  } catch {
    return false
  }
}

function countSessions(av: Av, wish: EncoderWish): number {
  const open: VideoEncoder[] = []
  try {
    while (open.length < mostSessions) open.push(new VideoEncoder(av, wish))
  } catch {
    // That many it has.
  }
  for (const encoder of open) encoder.close()
  return Math.max(1, open.length)
}

/** The answer to a trial that was asked for in one line of JSON: the encoder, or why it is none. */
export function answerTrial(av: Av | string, line: string): HardwareEncoder | { readonly problem: string } {
  if (typeof av === 'string') return { problem: av }
  try {
    return tryHardware(av, JSON.parse(line))
  } catch (error) {
    return { problem: messageOf(error) }
  }
}
