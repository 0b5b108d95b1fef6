import { equalBytes } from '@sluice/base/bytes'
import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import type { BusReader } from '../bus/index.ts'
import { renditionId } from '../store/index.ts'
import { Lane } from './lane.ts'
import { onShownTime } from './on-shown-time.ts'
import type { PackagerOptions } from './packager.ts'
import { Strand } from './strand.ts'

type Options = PackagerOptions & { readonly rung: string }

/**
 * Packs the pictures of an encoded rung beside those of the source, which says where segments begin. Each rung publishes by itself: one that
 * lags keeps nobody waiting. Sound is that of the source.
 */
export class RungPackager implements BusReader {
  readonly #options: Options
  readonly #id: string
  readonly #strand: Strand
  #needsKey = true
  /** Of this run, see `onShownTime`. */
  #shift = 0
  #isNew = false

  constructor(options: Options) {
    this.#options = options
    const { store, clock, bus, partMs, segmentMs, rung } = options
    this.#id = renditionId(rung, 'video', 0)
    const rendition = store.open({ id: this.#id, kind: 'video', rung })
    const onNew = (): void => {
      this.#isNew = true
    }
    const onFault = (error: unknown): void => {
      this.onFault()
      options.onFault?.(error)
    }
    const parts = {
      rendition,
      clock,
      partTicks: partMs * ticksPerMs,
      expectedTicks: () => segmentMs * ticksPerMs,
      timed: () => store.timed,
    }
    this.#strand = new Strand(new Lane({ ...parts, onNew, onLatePart: () => this.#publish(), onFault }), store)
    bus.join(this)
  }

  /** Whether it packs what leaves by this bus. */
  reads(bus: PackagerOptions['bus']): boolean {
    return this.#options.bus === bus
  }

  /** `isGone`: nobody gets this rung any longer. */
  close(isGone: boolean): void {
    this.#options.bus.leave(this)
    this.#strand.forget()
    if (isGone) this.#options.store.remove(this.#id)
  }

  onTracks(tracks: readonly Track[]): void {
    const track = tracks.find(({ kind, id }) => kind === 'video' && id === 0)
    if (track === undefined || isSame(this.#strand.track, track)) return
    this.#strand.setTrack(track)
    this.#needsKey = true
  }

  /** The encoder began anew, or the source was switched. Where segments end is the source's business. */
  onSplice(): void {
    this.#needsKey = true
  }

  onFrame(frame: Frame): void {
    if (frame.track.kind !== 'video' || frame.track.id !== 0 || (this.#needsKey && !frame.isKey)) return
    if (this.#needsKey) this.#shift = frame.pts - frame.dts
    this.#needsKey = false
    this.#strand.offer(onShownTime(frame, this.#shift))
    this.#strand.drain(this.#options.store.knownPts)
    this.#publish()
  }

  onFlush(): void {}

  onFault(): void {
    this.#needsKey = true
    this.#strand.forget()
  }

  #publish(): void {
    if (!this.#isNew) return
    this.#isNew = false
    this.#options.store.publish()
  }
}

const isSame = (a: Track | null, b: Track): boolean => a !== null && a.codec === b.codec && equalBytes(a.config, b.config)
