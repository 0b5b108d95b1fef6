import type { FilterContext, FilterGraph, FilterInOut, Frame } from 'node-av/lib'
import type { Av } from './av.ts'

/**
 * A graph with one exit and at most one entry, by synchronous calls alone. It takes frames of exactly the form that `entry` says: of another size some
 * filters write past the picture and the process dies, others go on in the old size. Throws Error with FFmpeg's reason.
 */
export class FrameGraph {
  readonly #av: Av
  readonly #graph: FilterGraph
  readonly #source: FilterContext | null
  readonly #sink: FilterContext
  readonly #out: Frame

  /** `entry`: null, and the filters make frames of their own. */
  constructor(av: Av, kind: 'video' | 'audio', entry: string | null, filters: string) {
    this.#av = av
    this.#graph = new av.FilterGraph()
    this.#graph.alloc()
    // Threads would cost a stack each and are no faster at these sizes.
    this.#graph.nbThreads = 1
    try {
      this.#source = entry === null ? null : this.#create(kind === 'video' ? 'buffer' : 'abuffer', 'source', entry)
      this.#sink = this.#create(kind === 'video' ? 'buffersink' : 'abuffersink', 'sink', null)
      const start = this.#source === null ? null : this.#endOf('in', this.#source)
      const end = this.#endOf('out', this.#sink)
      this.#check(this.#graph.parsePtr(`${start === null ? '' : '[in]'}${filters}[out]`, end, start))
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
    if (this.#source === null) throw new Error('this graph takes no frames')
    this.#check(this.#source.buffersrcAddFrameSync(frame, this.#av.K.AV_BUFFERSRC_FLAG_KEEP_REF))
    const { num, den } = this.#sink.buffersinkGetTimeBase()
    while (this.#sink.buffersinkGetFrameSync(this.#out) >= 0) {
      onFrame(this.#out, num / den)
      this.#out.unref()
    }
  }

  /** Hands out the next frame that the graph makes by itself, lent during the call. False: there is none. */
  next(onFrame: (frame: Frame) => void): boolean {
    if (this.#sink.buffersinkGetFrameSync(this.#out) < 0) return false
    onFrame(this.#out)
    this.#out.unref()
    return true
  }

  close(): void {
    this.#out.free()
    this.#graph.free()
  }

  #endOf(name: string, filter: FilterContext): FilterInOut {
    const end = new this.#av.FilterInOut()
    end.alloc()
    end.name = name
    end.filterCtx = filter
    end.padIdx = 0
    return end
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
