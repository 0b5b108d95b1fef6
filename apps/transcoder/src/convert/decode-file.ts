import { availableParallelism } from 'node:os'
import type { Frame } from 'node-av'
import { AVERROR_EAGAIN, AVERROR_EOF, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import type { Av } from './av.ts'
import type { FrameSource } from './graph.ts'
import { type Demuxer, findDecoder, openFile, pixelLimit } from './open-file.ts'
import { Refusal } from './refusal.ts'

/** Each thread holds pictures of its own. */
const maxThreads = 4
/** So many packets in a row that give nothing at the end are no scratch but a file that can't be shown. */
const deadPackets = 50

export type DecodedFile = FrameSource & {
  readonly timeBase: { readonly num: number; readonly den: number }
}

/**
 * Decodes the best track of a kind, from the start, a frame at each call; the frame is lent until the next. Broken packets are left out. Throws
 * Refusal for what can't be opened, and where nothing more can be decoded long before the end. Pictures over the limit of pixels are never
 * decoded, wherever in the file they begin.
 */
export function decodeFile(av: Av, fd: number, demuxer: Demuxer, kind: 'video' | 'audio'): DecodedFile {
  const broken = (): Refusal => new Refusal('CLIP_UNREADABLE', 'The file cannot be read, or it is damaged.')
  const context = openFile(av, fd, demuxer)
  if (context === null) throw broken()
  const at = context.findStreamInfoSync(null) < 0 ? -1 : context.findBestStream(kind === 'video' ? AVMEDIA_TYPE_VIDEO : AVMEDIA_TYPE_AUDIO)
  const stream = context.streams[at]
  if (at < 0 || stream === undefined) {
    context.closeInputSync()
    throw broken()
  }
  const codec = findDecoder(av, stream, demuxer)
  const decoder = new av.CodecContext()
  decoder.allocContext3(codec)
  av.FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'decoder')
  decoder.pktTimebase = stream.timeBase
  if (kind === 'video') {
    decoder.threadCount = Math.min(maxThreads, availableParallelism())
    decoder.setOption('max_pixels', String(pixelLimit(demuxer)))
  }
  if (decoder.open2Sync(codec, null) < 0) {
    decoder.freeContext()
    context.closeInputSync()
    throw broken()
  }
  const packet = new av.Packet()
  packet.alloc()
  const frame = new av.Frame()
  frame.alloc()
  const base = stream.timeBase.num / stream.timeBase.den
  let failures = 0
  let firstFailed: number | null = null
  let isDrained = false

  function feed(): void {
    let code = context!.readFrameSync(packet)
    while (code >= 0 && packet.streamIndex !== at) {
      packet.unref()
      code = context!.readFrameSync(packet)
    }
    if (code < 0) {
      isDrained = true
      decoder.sendPacketSync(null)
      return
    }
    if (decoder.sendPacketSync(packet) < 0) {
      failures++
      firstFailed ??= Math.max(0, Number(packet.dts) * base)
    }
    packet.unref()
  }

  function requireAlive(): void {
    if (failures < deadPackets || kind !== 'video') return
    const million = (pixelLimit(demuxer) / 1e6).toFixed(1)
    const from = Number.isFinite(firstFailed) ? `from ${firstFailed!.toFixed(1)} s on` : 'from some point on'
    throw new Refusal(
      'CLIP_UNREADABLE',
      `The picture can't be decoded ${from}: the file is damaged there, or its picture becomes larger than ${million} million pixels.`,
    )
  }

  return {
    timeBase: { num: stream.timeBase.num, den: stream.timeBase.den },
    next(): Frame | null {
      for (;;) {
        frame.unref()
        const code = decoder.receiveFrameSync(frame)
        if (code >= 0) {
          failures = 0
          firstFailed = null
          frame.pts = frame.bestEffortTimestamp
          return frame
        }
        requireAlive()
        if (code === AVERROR_EOF || isDrained) return null
        if (code !== AVERROR_EAGAIN) failures++
        feed()
      }
    },
    close() {
      frame.free()
      packet.free()
      decoder.freeContext()
      context.closeInputSync()
    },
  }
}
