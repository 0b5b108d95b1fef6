import type { FilterContext, Frame } from 'node-av'
import { AVERROR_EAGAIN } from 'node-av/constants'
import type { Av } from './av.ts'
import type { DecodedFile } from './decode-file.ts'
import { Refusal } from './refusal.ts'

/** A row of frames. The frame that `next` gives is lent until the next call. */
export type FrameSource = { next(): Frame | null; close(): void }

/** Opens a graph with one output. With `file`, its frames go in at `[in]`, and it is closed with the graph. Throws with FFmpeg's own number. */
export function openGraph(av: Av, kind: 'video' | 'audio', filters: string, file: DecodedFile | null = null): FrameSource {
  const graph = new av.FilterGraph()
  graph.alloc()
  const sink = graph.createFilter(av.Filter.getByName(kind === 'video' ? 'buffersink' : 'abuffersink')!, 'sink')!
  const entry = file === null ? null : openEntry(av, graph, kind, file)
  const end = new av.FilterInOut()
  end.alloc()
  end.name = 'out'
  end.filterCtx = sink
  end.padIdx = 0
  av.FFmpegError.throwIfError(graph.parsePtr(`${filters}[out]`, end, entry?.start ?? null), 'filter graph')
  av.FFmpegError.throwIfError(graph.configSync(), 'filter graph')
  entry?.begin()
  const frame = new av.Frame()
  frame.alloc()
  return {
    next() {
      for (;;) {
        frame.unref()
        const code = sink.buffersinkGetFrameSync(frame)
        if (code === av.AVERROR_EOF) return null
        if (code !== AVERROR_EAGAIN || entry === null) {
          av.FFmpegError.throwIfError(code, 'decode')
          return frame
        }
        entry.feed()
      }
    },
    close() {
      frame.free()
      graph.free()
      file?.close()
    },
  }
}

/** The place where a file's frames go in. Its form is that of the first frame: headers may say another. */
function openEntry(av: Av, graph: InstanceType<Av['FilterGraph']>, kind: 'video' | 'audio', file: DecodedFile) {
  const first = file.next()
  if (first === null)
    throw new Refusal('CLIP_UNREADABLE', `The ${kind === 'video' ? 'video' : 'audio'} of the file cannot be decoded: it is damaged.`)
  const form = kind === 'video' ? pictureForm(first, file) : soundForm(first, file)
  const source: FilterContext = graph.createFilter(av.Filter.getByName(kind === 'video' ? 'buffer' : 'abuffer')!, 'source', form)!
  const start = new av.FilterInOut()
  start.alloc()
  start.name = 'in'
  start.filterCtx = source
  start.padIdx = 0
  let isOver = false
  const put = (frame: Frame): void => {
    // Sound of another form in mid-file is left out: silence fills the hole. Pictures are scaled, whatever their size.
    if (kind === 'audio' && soundForm(frame, file) !== form) return
    av.FFmpegError.throwIfError(source.buffersrcAddFrameSync(frame), 'filter graph')
  }
  return {
    start,
    begin: () => put(first),
    feed(): void {
      const frame = isOver ? null : file.next()
      if (frame !== null) put(frame)
      else if (!isOver) {
        isOver = true
        source.buffersrcAddFrameSync(null)
      } else throw new Refusal('CLIP_UNREADABLE', 'The file ends before its first complete picture.')
    },
  }
}

function pictureForm(frame: Frame, { timeBase }: DecodedFile): string {
  const { width, height, format, sampleAspectRatio: aspect, colorSpace, colorRange } = frame
  const pixelAspect = aspect.num > 0 && aspect.den > 0 ? `${aspect.num}/${aspect.den}` : '1/1'
  const base = `time_base=${timeBase.num}/${timeBase.den}`
  return `video_size=${width}x${height}:pix_fmt=${format}:${base}:pixel_aspect=${pixelAspect}:colorspace=${colorSpace}:range=${colorRange}`
}

function soundForm({ sampleRate, format, channels, channelLayout }: Frame, { timeBase }: DecodedFile): string {
  const layout = channelLayout.mask > 0n ? `channel_layout=0x${channelLayout.mask.toString(16)}` : `channels=${channels}`
  return `time_base=${timeBase.num}/${timeBase.den}:sample_rate=${sampleRate}:sample_fmt=${format}:${layout}`
}
