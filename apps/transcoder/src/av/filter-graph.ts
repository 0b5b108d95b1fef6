import type { FilterContext, FilterGraph, Frame } from 'node-av/lib'
import type { Av } from './av.ts'

/**
 * A graph with one entry and one exit, by synchronous calls alone. It takes frames of exactly the form that `entry` says: of another size some
 * filters write past the picture and the process dies, others go on in the old size. Throws Error with FFmpeg's reason.
 */
export class FrameGraph {
  readonly #av: Av
  readonly #graph: FilterGraph
  readonly #source: FilterContext
  readonly #sink: FilterContext
  readonly #out: Frame

  constructor(av: Av, kind: 'video' | 'audio', entry: string, filters: string) {
    this.#av = av
    this.#graph = new av.FilterGraph()
    this.#graph.alloc()
    // Threads would cost a stack each and are no faster at these sizes.
    this.#graph.nbThreads = 1
    try {
      this.#source = this.#create(kind === 'video' ? 'buffer' : 'abuffer', 'source', entry)
      this.#sink = this.#create(kind === 'video' ? 'buffersink' : 'abuffersink', 'sink', null)
      const [start, end] = [new av.FilterInOut(), new av.FilterInOut()]
      start.alloc()
      start.name = 'in'
      start.filterCtx = this.#source
      start.padIdx = 0
      end.alloc()
      end.name = 'out'
      end.filterCtx = this.#sink
      end.padIdx = 0
      this.#check(this.#graph.parsePtr(`[in]${filters}[out]`, end, start))
      this.#check(this.#graph.configSync())
    } catch (error) {
      this.#graph.free()
      throw error
    }
    this.#out = new av.Frame()
    this.#out.alloc()
  }

  /** Puts a frame in, which stays the caller's, and hands out what comes of it: lent during the call. `ptsUnit`: seconds of a unit of its pts. */
  push(frame: Frame, onFrame: (frame: Frame, ptsUnit: number) => void): void {
    this.#check(this.#source.buffersrcAddFrameSync(frame, this.#av.K.AV_BUFFERSRC_FLAG_KEEP_REF))
    const { num, den } = this.#sink.buffersinkGetTimeBase()
    while (this.#sink.buffersinkGetFrameSync(this.#out) >= 0) {
      onFrame(this.#out, num / den)
      this.#out.unref()
    }
  }

  /** Sets an option of a running filter. False: the filter does not take it. */
  command(filter: string, name: string, value: string): boolean {
    const answer = this.#graph.sendCommand(filter, name, value)
    return typeof answer !== 'number' || answer >= 0
  }

  close(): void {
    this.#out.free()
    this.#graph.free()
  }

  #create(filter: string, name: string, options: string | null): FilterContext {
    const found = this.#av.Filter.getByName(filter)
    const context = found === null ? null : this.#graph.createFilter(found, name, options)
    if (context === null) throw new Error(`filter ${filter} does not take ${options}`)
    return context
  }

  #check(code: number): void {
    if (code < 0) throw new Error(`filter graph: ${new this.#av.FFmpegError(code).message}`)
  }
}
