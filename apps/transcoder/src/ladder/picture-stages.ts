import { messageOf } from '@sluice/base/errors'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { FrameGraph } from '../av/filter-graph.ts'
import { type Overlays, paintOver } from './overlays.ts'
import type { Paint } from './paint.ts'
import { entryOf, isSameForm, type PictureForm, readPictureForm } from './picture-form.ts'
import { canCascade, cascadeFilters, type PictureShape, paintedKey, pictureFilters, shapeKey } from './picture-shape.ts'

type Stage = {
  readonly shape: PictureShape
  readonly from: Stage | null
  readonly picture: Frame
  graph: { readonly form: PictureForm; readonly graph: FrameGraph } | null
  /** Which picture of the source `picture` was made of. */
  serial: number
  usedMs: number
}

/** A stage's picture with others over it: a copy, for smaller rungs are made from the stage itself. */
type Painted = {
  readonly shape: PictureShape
  readonly stage: Stage
  readonly picture: Frame
  /** Of the pictures that had come by `version`. */
  ready: { readonly version: number; readonly paints: readonly Paint[] } | null
  serial: number
}

/**
 * The source's picture in the shapes that rungs want, each made once and only when asked for: the largest from the source, smaller ones of the
 * same shape from the next larger one.
 */
export class PictureStages {
  readonly #av: Av
  // bound: one a shape, at most one a rung
  #stages: readonly Stage[] = []
  readonly #overlays: Overlays
  // bound: one a shape with overlays, at most one a rung
  #painted = new Map<string, Painted>()
  readonly #held: Frame
  #serial = 0
  #busyMs = 0

  constructor(av: Av, overlays: Overlays) {
    this.#av = av
    this.#overlays = overlays
    this.#held = newFrame(av)
  }

  /** Milliseconds that filters took since the last call. */
  takeBusyMs(): number {
    const ms = this.#busyMs
    this.#busyMs = 0
    return ms
  }

  get hasPicture(): boolean {
    return this.#serial > 0
  }

  setShapes(shapes: readonly PictureShape[]): void {
    const before = this.#stages
    const sorted = [...new Map(shapes.map((shape) => [shapeKey(shape), shape])).values()].sort(
      (a, b) => b.width * b.height - a.width * a.height,
    )
    const stages: Stage[] = []
    for (const shape of sorted) {
      const from = stages.findLast((stage) => canCascade(stage.shape, shape)) ?? null
      const old = before.find((stage) => shapeKey(stage.shape) === shapeKey(shape) && (stage.from === null) === (from === null))
      stages.push({
        shape,
        from,
        picture: old?.picture ?? newFrame(this.#av),
        graph: old?.graph ?? null,
        serial: old?.serial ?? 0,
        usedMs: 0,
      })
    }
    const kept = new Set(stages.map(({ picture }) => picture))
    for (const { picture, graph } of before) {
      if (kept.has(picture)) continue
      graph?.graph.close()
      picture.free()
    }
    this.#stages = stages
    this.#setPainted(shapes)
  }

  /** The source shows this from now on; the frame stays the caller's. */
  show(picture: Frame): void {
    this.#held.unref()
    this.#held.ref(picture)
    // Graphs refuse frames without them.
    this.#held.timeBase = new this.#av.Rational(1, 90_000)
    this.#serial++
  }

  /** The present picture in a shape that was set: lent until the next `show`. Throws Error with FFmpeg's reason. */
  pictureFor(shape: PictureShape): Frame {
    const key = shapeKey(shape)
    const stage = this.#stages.find((each) => shapeKey(each.shape) === key)
    if (stage === undefined) throw new Error(`no picture of ${key}`)
    const painted = this.#painted.get(paintedKey(shape))
    const startMs = performance.now()
    try {
      return painted === undefined ? this.#make(stage) : this.#paint(painted)
    } finally {
      this.#busyMs += performance.now() - startMs
    }
  }

  close(): void {
    this.setShapes([])
    this.#held.free()
  }

  #setPainted(shapes: readonly PictureShape[]): void {
    const before = this.#painted
    this.#painted = new Map()
    for (const shape of shapes) {
      const key = paintedKey(shape)
      const stage = this.#stages.find((each) => shapeKey(each.shape) === shapeKey(shape))
      if (stage === undefined || (shape.overlays ?? []).length === 0 || this.#painted.has(key)) continue
      const old = before.get(key)
      before.delete(key)
      this.#painted.set(key, { shape, stage, picture: old?.picture ?? newFrame(this.#av), ready: old?.ready ?? null, serial: 0 })
    }
    for (const { picture } of before.values()) picture.free()
  }

  #paint(painted: Painted): Frame {
    const { version } = this.#overlays
    if (painted.serial === this.#serial && painted.ready?.version === version) return painted.picture
    const made = this.#make(painted.stage)
    if (painted.ready?.version !== version)
      painted.ready = { version, paints: this.#overlays.paintsFor(painted.shape.overlays ?? [], painted.shape) }
    painted.picture.unref()
    painted.picture.ref(made)
    this.#av.FFmpegError.throwIfError(painted.picture.makeWritable(), 'copy the picture for its overlays')
    paintOver(this.#av, painted.picture, painted.ready.paints)
    painted.serial = this.#serial
    return painted.picture
  }

  #make(stage: Stage): Frame {
    if (stage.serial === this.#serial) return stage.picture
    const source = stage.from === null ? this.#held : this.#make(stage.from)
    const graph = this.#graphFor(stage, source)
    stage.picture.unref()
    let isMade = false
    graph.push(source, (made) => {
      stage.picture.unref()
      stage.picture.ref(made)
      isMade = true
    })
    if (!isMade) throw new Error(`no picture of ${shapeKey(stage.shape)} came out`)
    stage.serial = this.#serial
    return stage.picture
  }

  #graphFor(stage: Stage, source: Frame): FrameGraph {
    const form = readPictureForm(this.#av, source)
    if (stage.graph !== null && isSameForm(stage.graph.form, form)) return stage.graph.graph
    stage.graph?.graph.close()
    stage.graph = null
    const filters = stage.from === null ? pictureFilters(form, stage.shape) : cascadeFilters(stage.shape)
    try {
      const graph = new FrameGraph(this.#av, 'video', entryOf(form), filters)
      stage.graph = { form, graph }
      return graph
    } catch (error) {
      throw new Error(`${shapeKey(stage.shape)}: ${messageOf(error)}`)
    }
  }
}

function newFrame(av: Av): Frame {
  const frame = new av.Frame()
  frame.alloc()
  return frame
}
