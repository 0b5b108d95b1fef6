import type { InputActual, InputStats } from '@sluice/contract/link'
import type { SourceFacts } from '@sluice/judge/plan'

/** As many seconds of figures are looked at; a source is stable after so many of the same form. */
const windowSeconds = 10
const stableSeconds = 5

type Second = Pick<InputStats, 'videoBps' | 'audioBps' | 'fps' | 'gopMs' | 'keyframes' | 'renditions'>

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
    const form = [input.inputId, video?.codec, video?.width, video?.height, audio?.codec, audio?.sampleRate, audio?.channels].join(' ')
    if (form !== this.#form) this.#seconds = []
    this.#form = form
    this.#seconds.push(stats)
    if (this.#seconds.length > windowSeconds) this.#seconds.shift()
  }

  /** What the source is, by the mean of its last seconds; null: it is not stable yet. */
  facts({ video, audio }: InputActual): SourceFacts | null {
    const seconds = this.#seconds
    const last = seconds.at(-1)
    // An encoder with key frames 4 s apart has shown two of them by the end of the window.
    const isMeasured = last?.keyframes !== undefined || seconds.length === windowSeconds || video === null
    if (last === undefined || seconds.length < stableSeconds || !isMeasured) return null
    const mean = (of: (second: Second) => number): number => seconds.reduce((sum, second) => sum + of(second), 0) / seconds.length
    const kbps = (of: (second: Second) => number): number => Math.round(mean(of) / 1000)
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
            },
      audio:
        audio === null
          ? null
          : { codec: audio.codec, sampleRate: audio.sampleRate, channels: audio.channels, kbps: kbps((second) => second.audioBps) },
      ...(last.renditions === undefined ? {} : { renditions: last.renditions.map((one) => this.#rendition(one)) }),
    }
  }

  /** With its mean rates over the seconds in which it was there at this size: one second alone is off by a frame. */
  #rendition({ track, codec, width, height, gopMs }: Rendition): NonNullable<SourceFacts['renditions']>[number] {
    const seen = this.#seconds
      .flatMap(({ renditions = [] }) => renditions)
      .filter((one) => one.track === track && one.width === width && one.height === height && one.videoBps > 0)
    const mean = (of: (one: Rendition) => number): number =>
      seen.length === 0 ? 0 : seen.reduce((sum, one) => sum + of(one), 0) / seen.length
    const fps = Math.round(mean((one) => one.fps) * 100) / 100
    return { track, codec, width, height, fps, kbps: Math.round(mean((one) => one.videoBps) / 1000), gopMs }
  }
}
