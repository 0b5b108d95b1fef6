import type { RungVideo } from '@sluice/contract/link'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { CaptionCarry } from './caption-carry.ts'
import { Overlays } from './overlays.ts'
import { PicturePacer } from './picture-pacer.ts'
import { PictureStages } from './picture-stages.ts'
import { type Rate, SlotGrid } from './slot-grid.ts'
import { noRelief, type RungPicture, type RungRelief, type SlotPicture, VideoRung } from './video-rung.ts'

export type VideoWish = { readonly linkSlot: number; readonly nextDts: number | null; readonly video: RungVideo }

/** Rungs of one frame rate: they share slots, so that their key frames stand at the same times. */
type Group = {
  readonly pacer: PicturePacer
  readonly captions: CaptionCarry
  // bound: one a rung, and a spec has few
  readonly rungs: VideoRung[]
  /** The source's key frame had no slot of its own: the next picture stands for it. */
  isSourceKeyDue: boolean
}

export type VideoEvents = {
  readonly onPicture: (rung: VideoRung, dts: number, readMs: number | null, picture: RungPicture) => void
}

type Work = SlotPicture & { readonly group: Group }

/** A source that was away for longer leaves a hole; else the last picture fills it. */
const holeTicks = 90_000

const rateKey = ({ num, den }: Rate): string => `${num / den}`

/** Pictures of the source in, frames of all rungs out. Its methods that encode must not run side by side. */
export class VideoSide {
  readonly #av: Av
  readonly #nowMs: () => number
  readonly #events: VideoEvents
  readonly #stages: PictureStages
  readonly #overlays: Overlays
  // bound: one a rung, and a spec has few
  readonly #rungs = new Map<number, VideoRung>()
  // bound: one a frame rate of a rung
  readonly #groups = new Map<string, Group>()
  #zeroDts: number | null = null
  #liveDts = Number.NEGATIVE_INFINITY

  constructor(av: Av, nowMs: () => number, events: VideoEvents) {
    this.#av = av
    this.#nowMs = nowMs
    this.#events = events
    this.#overlays = new Overlays(av)
    this.#stages = new PictureStages(av, this.#overlays)
  }

  get rungs(): readonly VideoRung[] {
    return [...this.#rungs.values()]
  }

  takeStagesMs(): number {
    return this.#stages.takeBusyMs()
  }

  setRungs(zeroDts: number, wishes: readonly VideoWish[]): void {
    const kept = new Set(wishes.map(({ linkSlot }) => linkSlot))
    for (const [linkSlot, rung] of this.#rungs) {
      if (kept.has(linkSlot)) continue
      rung.close()
      this.#rungs.delete(linkSlot)
    }
    for (const { linkSlot, nextDts, video } of wishes) {
      const rung = this.#rungs.get(linkSlot) ?? new VideoRung(this.#av, linkSlot, video, nextDts)
      this.#rungs.set(linkSlot, rung)
      rung.setVideo(video, this.#nowMs())
    }
    // In the order of the spec: the last gives way first.
    const inOrder = wishes.map(({ linkSlot }) => [linkSlot, this.#rungs.get(linkSlot)!] as const)
    this.#rungs.clear()
    for (const [linkSlot, rung] of inOrder) this.#rungs.set(linkSlot, rung)
    this.#regroup(zeroDts)
    this.setShapes()
    this.#overlays.keep(new Set(wishes.flatMap(({ video: { overlays = [] } }) => overlays.map(({ pictureId }) => pictureId))))
  }

  /** A PNG that rungs show over their pictures, from the next one on. Text: why it can't be shown. */
  addPicture(pictureId: string, png: Uint8Array): string | null {
    return this.#overlays.add(pictureId, png)
  }

  /** A picture that the rung is to show is not there, or could not be decoded. */
  lacksPicture({ video: { overlays = [] } }: VideoRung): boolean {
    return overlays.some(({ pictureId }) => !this.#overlays.has(pictureId))
  }

  /** What is taken off rungs to keep real time, by their slot on the link; those that are not there have all they asked for. */
  setReliefs(reliefs: ReadonlyMap<number, RungRelief>): void {
    for (const rung of this.rungs) rung.setRelief(reliefs.get(rung.linkSlot) ?? noRelief, this.#nowMs())
    this.setShapes()
  }

  /** Again after a rung's encoder is another one. */
  setShapes(): void {
    this.#stages.setShapes(this.rungs.flatMap(({ shapes }) => shapes))
  }

  /** Pictures from `liveDts` on are encoded; those before it are there to decode the others. */
  startSource(liveDts: number): void {
    this.#liveDts = liveDts
    for (const { pacer, rungs } of this.#groups.values()) {
      pacer.resetSource()
      const isHole = pacer.nextSlot === null || liveDts - pacer.grid.dtsOf(pacer.nextSlot) > holeTicks
      if (!isHole) continue
      pacer.startFrom(liveDts)
      for (const rung of rungs) rung.requireKey()
    }
  }

  /** The source shows this picture at `pts`; it stays the caller's. `isLate`: there is no time to encode it. */
  async show(picture: Frame, pts: number, readMs: number | null, isLate: boolean): Promise<void> {
    const captions = picture.getSideData(this.#av.K.AV_FRAME_DATA_A53_CC)
    if (pts < this.#liveDts) {
      this.#stages.show(picture)
      return
    }
    const paced = [...this.#groups.values()].map((group) => {
      if (!this.#stages.hasPicture) group.pacer.startFrom(pts - group.pacer.grid.slotTicks / 4)
      return { group, ...group.pacer.offer(pts) }
    })
    await this.#repeat(paced, isLate)
    this.#stages.show(picture)
    // The bytes are a view of the picture: copied by the carry.
    for (const { captions: carry } of this.#groups.values()) carry.add(captions)
    const isKey = picture.keyFrame === 1
    const work = paced.flatMap(({ group, slot }): Work[] => {
      const isSourceKey = isKey || group.isSourceKeyDue
      group.isSourceKeyDue = slot === null && isSourceKey
      return slot === null ? [] : [{ group, slot, isSourceKey, captions: group.captions.take() }]
    })
    if (isLate) this.#skip(work)
    else await this.#encode(work, readMs)
  }

  /** No picture came until now, which is `dts`: the last one stays. */
  async repeatUntil(dts: number): Promise<void> {
    if (!this.#stages.hasPicture) return
    await this.#repeat(
      [...this.#groups.values()].map((group) => ({ group, repeats: group.pacer.repeatUntil(dts) })),
      false,
    )
  }

  close(): void {
    for (const rung of this.#rungs.values()) rung.close()
    this.#rungs.clear()
    this.#stages.close()
    this.#overlays.close()
  }

  #regroup(zeroDts: number): void {
    const rates = new Map(this.rungs.map(({ video: { fps } }) => [rateKey(fps), fps]))
    for (const [key, group] of this.#groups) {
      if (zeroDts !== this.#zeroDts || !rates.has(key)) this.#groups.delete(key)
      else group.rungs.length = 0
    }
    const latest = this.#latestDts
    this.#zeroDts = zeroDts
    for (const [key, rate] of rates) {
      if (this.#groups.has(key)) continue
      const pacer = new PicturePacer(new SlotGrid(zeroDts, rate))
      // Joins where the others are.
      if (latest !== null) pacer.startFrom(latest)
      else if (Number.isFinite(this.#liveDts)) pacer.startFrom(this.#liveDts)
      this.#groups.set(key, { pacer, captions: new CaptionCarry(), rungs: [], isSourceKeyDue: false })
    }
    for (const rung of this.rungs) this.#groups.get(rateKey(rung.video.fps))!.rungs.push(rung)
  }

  get #latestDts(): number | null {
    const next = [...this.#groups.values()].flatMap(({ pacer }) => (pacer.nextSlot === null ? [] : [pacer.grid.dtsOf(pacer.nextSlot)]))
    return next.length === 0 ? null : Math.max(...next)
  }

  async #repeat(
    paced: readonly { readonly group: Group; readonly repeats: { at: number; end: number } }[],
    isLate: boolean,
  ): Promise<void> {
    const work = paced
      .flatMap(({ group, repeats }) =>
        Array.from(
          { length: repeats.end - repeats.at },
          (_, i): Work => ({ group, slot: repeats.at + i, isSourceKey: false, captions: null }),
        ),
      )
      .map((each) => ({ each, dts: each.group.pacer.grid.dtsOf(each.slot) }))
      .sort((a, b) => a.dts - b.dts)
    if (isLate) {
      this.#skip(work.map(({ each }) => each))
      return
    }
    for (let at = 0; at < work.length; ) {
      const { dts } = work[at]!
      const same: Work[] = []
      for (; at < work.length && work[at]!.dts === dts; at++) same.push(work[at]!.each)
      await this.#encode(same, null)
    }
  }

  #skip(work: readonly Work[]): void {
    for (const { group, slot, isSourceKey, captions } of work) {
      group.captions.add(captions)
      for (const rung of group.rungs) rung.skip(slot, group.pacer.grid, isSourceKey)
    }
  }

  async #encode(work: readonly Work[], readMs: number | null): Promise<void> {
    const ready: { readonly rung: VideoRung; readonly group: Group }[] = []
    for (const { group, ...shown } of work) {
      for (const rung of group.rungs) {
        try {
          const before = rung.shapes.length
          const isReady = rung.prepare(shown, group.pacer.grid, (shape) => this.#stages.pictureFor(shape))
          if (isReady) ready.push({ rung, group })
          if (rung.shapes.length !== before) this.#shapesChanged = true
        } catch (error) {
          rung.fail(error, this.#nowMs())
        }
      }
    }
    // All have ended before any frame is touched again: they share the picture's memory.
    const ended = await Promise.allSettled(ready.map(({ rung }) => rung.encode(ready.length === 1)))
    ended.forEach((result, i) => {
      const { rung, group } = ready[i]!
      if (result.status === 'rejected') rung.fail(result.reason, this.#nowMs())
      else {
        rung.drain((picture) => this.#events.onPicture(rung, group.pacer.grid.dtsOf(picture.slot), readMs, picture))
        rung.followRate(this.#nowMs())
      }
    })
    if (this.#shapesChanged) {
      this.#shapesChanged = false
      this.setShapes()
    }
  }

  /** An encoder took over: shapes of the one before it are not needed. */
  #shapesChanged = false
}
