import type { InputActual, InputStats } from '@sluice/contract/link'
import type { SourceFacts } from '@sluice/judge/plan'

/** As many seconds of figures are looked at; a source is stable after so many of the same form. */
const windowSeconds = 10
const stableSeconds = 5

type Second = Pick<InputStats, 'videoBps' | 'audioBps' | 'fps' | 'gopMs' | 'keyframes' | 'renditions' | 'hasCaptions'>

type Rendition = NonNullable<Second['renditions']>[number]

/** The last seconds of the input on the air, for as long as it is the same one and sends the same form. */
export class SourceWindow {
  #form = ''
  // bound: ten seconds of figures
  #seconds: Second[] = []

  /** Nothing is on the air. */
  clear(): void {
    this.#form = ''
    this.#seconds = []
  }

  note(input: InputActual, stats: Second): void {
    const { video, audio } = input
    const form = [
      input.inputId,
      video?.codec,
      video?.width,
      video?.height,
      video?.hdr,
      audio?.codec,
      audio?.sampleRate,
      audio?.channels,
    ].join(' ')
    if (form !== this.#form) this.#seconds = []
    this.#form = form
    this.#seconds.push(stats)
    if (this.#seconds.length > windowSeconds) this.#seconds.shift()
  }

  /** What the source is, by the mean of its last seconds; null: it is not stable yet. */
  facts({ video, audio }: InputActual): SourceFacts | null {
    const seconds = this.#seconds
    const last = seconds.at(-1)
    // An encoder with key frames 4 s apart has shown two of them by the end of the window, on each of its tracks.
    const isKnown = last?.keyframes !== undefined && (last.renditions ?? []).every(({ gopMs }) => gopMs !== null)
    const isMeasured = isKnown || seconds.length === windowSeconds || video === null
    if (last === undefined || seconds.length < stableSeconds || !isMeasured) return null
    const mean = (of: (second: Second) => number, over: readonly Second[] = seconds): number =>
      over.reduce((sum, second) => sum + of(second), 0) / over.length
    const kbps = (of: (second: Second) => number): number => Math.round(mean(of, inWholeGops(seconds, last.gopMs)) / 1000)
    return {
      video:
        video === null
          ? null
          : {
              codec: video.codec,
              width: video.width,
              height: video.height,
              fps: video.declaredFps ?? Math.round(mean((second) => second.fps) * 100) / 100,
              kbps: kbps((second) => second.videoBps),
              gopMs: last.keyframes?.maxMs ?? last.gopMs,
              minGopMs: last.keyframes?.minMs ?? null,
              ...(video.hdr === undefined ? {} : { hdr: video.hdr }),
              ...(seconds.some(({ hasCaptions }) => hasCaptions) ? { hasCaptions: true } : {}),
              ...(video.isInterlaced === true ? { isInterlaced: true as const } : {}),
            },
      audio:
        audio === null
          ? null
          : { codec: audio.codec, sampleRate: audio.sampleRate, channels: audio.channels, kbps: kbps((second) => second.audioBps) },
      ...(last.renditions === undefined ? {} : { renditions: last.renditions.map(toFacts) }),
    }
  }
}

const toFacts = ({ track, codec, width, height, fps, videoBps, gopMs }: Rendition): NonNullable<SourceFacts['renditions']>[number] => ({
  ...{ track, codec, width, height, fps, gopMs },
  kbps: Math.round(videoBps / 1000),
})

/** The last of these seconds that hold whole GOPs: with three key frames in five seconds a rate would read a tenth too high. */
function inWholeGops(seconds: readonly Second[], gopMs: number | null): readonly Second[] {
  const whole = gopMs === null || gopMs <= 0 ? 0 : Math.round((Math.floor((seconds.length * 1000) / gopMs) * gopMs) / 1000)
  return whole === 0 ? seconds : seconds.slice(-whole)
}
