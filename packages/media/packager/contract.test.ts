import type { Frame } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import { packagerContract } from '@sluice/testkit/packager'
import { Packager } from './index.ts'

packagerContract([
  {
    name: 'fragmented MP4',
    open: (parts) => new Packager(parts),
    read({ init, parts }) {
      const frames: Frame[] = []
      const demuxer = new Fmp4Demuxer()
      const sink = { onTrack() {}, onFrame: (frame: Frame) => frames.push(frame) }
      demuxer.push(init!.bytes, sink)
      for (const { bytes, isGap } of parts) if (!isGap) demuxer.push(bytes, sink)
      return frames
    },
    maxSegmentBytes: 34 * 1024 * 1024,
    maxOpenFrames: 6600,
  },
])
