import type { Frame } from 'node-av'
import type { Av } from './av.ts'

/** A filter graph that makes frames out of nothing or of a file. The frame that `next` gives is lent until the next call. */
export type FrameSource = { next(): Frame | null; close(): void }

/** Opens a graph with one output. Throws with FFmpeg's own number when it can't be made. */
export function openGraph(av: Av, kind: 'video' | 'audio', filters: string): FrameSource {
  const graph = new av.FilterGraph()
  graph.alloc()
  const sink = graph.createFilter(av.Filter.getByName(kind === 'video' ? 'buffersink' : 'abuffersink')!, 'sink')!
  const end = new av.FilterInOut()
  end.alloc()
  end.name = 'out'
  end.filterCtx = sink
  end.padIdx = 0
  av.FFmpegError.throwIfError(graph.parsePtr(`${filters}[out]`, end, null), 'filter graph')
  av.FFmpegError.throwIfError(graph.configSync(), 'filter graph')
  const frame = new av.Frame()
  frame.alloc()
  return {
    next() {
      frame.unref()
      const code = sink.buffersinkGetFrameSync(frame)
      if (code === av.AVERROR_EOF) return null
      av.FFmpegError.throwIfError(code, 'decode')
      return frame
    },
    close() {
      frame.free()
      graph.free()
    },
  }
}
