import { crc32 } from 'node:zlib'
import type { AudioTrack, Frame, VideoTrack } from '@sluice/codecs/frame'
import { writeFragment, writeInitSegment } from '../../fmp4/index.ts'
import { formatLine, indexName, mediaFileName, type RecordingDisk, type SegmentLine } from '../index.ts'

/** A folder in memory. */
export class MemoryDisk implements RecordingDisk {
  readonly files: Map<string, Uint8Array>

  constructor(files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.files = new Map(files)
  }
  names(): string[] {
    return [...this.files.keys()].sort()
  }
  size(name: string): number | null {
    return this.files.get(name)?.length ?? null
  }
  read(name: string, at: number, bytes: number): Uint8Array {
    return (this.files.get(name) ?? new Uint8Array(0)).slice(at, at + bytes)
  }
  truncate(name: string, bytes: number): void {
    this.files.set(name, this.files.get(name)!.slice(0, bytes))
  }
  replace(name: string, content: Uint8Array): void {
    this.files.set(name, content)
  }
  remove(name: string): void {
    this.files.delete(name)
  }
  crc32(bytes: Uint8Array, before = 0): number {
    return crc32(bytes, before)
  }
  append(name: string, bytes: Uint8Array): void {
    const before = this.files.get(name) ?? new Uint8Array(0)
    const whole = new Uint8Array(before.length + bytes.length)
    whole.set(before)
    whole.set(bytes, before.length)
    this.files.set(name, whole)
  }
}

const step = { video: 3600, audio: 1920 } as const
const partTicks = 45_000
const startWallMs = 1_700_000_000_000

type Wish = {
  readonly tracks: readonly (VideoTrack | AudioTrack)[]
  readonly segments: number
  readonly segmentsPerFile: number
  readonly run?: number
  readonly fromDts?: number
  readonly frameBytes?: number
}

/** What a recorder wrote: segments of 2 s in parts of half a second, pictures first. `ends`: where each part ends in its file. */
export function writeRecorded(disk: MemoryDisk, { tracks, segments, segmentsPerFile, run = 1, fromDts = 0, frameBytes = 40 }: Wish) {
  const ends: { file: string; end: number; endDts: number }[] = []
  const line = (text: string): void => disk.append(indexName, new TextEncoder().encode(text))
  for (let number = 0; number < segments; number++) {
    for (const track of tracks) {
      const rendition = `${track.kind === 'video' ? 'v' : 'a'}_source${track.id === 0 ? '' : `_${track.id}`}`
      const file = mediaFileName({ run, no: 1 + Math.floor(number / segmentsPerFile), rendition })
      const startDts = fromDts + number * 4 * partTicks
      const wallMs = startWallMs + Math.round(startDts / 90)
      if (disk.size(file) === null) {
        const init = writeInitSegment([{ trackId: track.kind === 'video' ? 1 : 2, track }])
        disk.append(file, init)
        line(formatLine({ type: 'file', file, initBytes: init.length, wallMs }))
      }
      const offset = disk.size(file)!
      for (let part = 0; part < 4; part++) {
        const bytes = makePart(track, startDts + part * partTicks, part === 0, frameBytes)
        disk.append(file, bytes)
        ends.push({ file, end: disk.size(file)!, endDts: startDts + (part + 1) * partTicks })
      }
      const bytes = disk.size(file)! - offset
      const segment: SegmentLine = {
        ...{ type: 'segment', file, offset, bytes, crc32: crc32(disk.read(file, offset, bytes)), number: 1000 + number },
        ...{ startDts, startPts: startDts, duration90k: 4 * partTicks, wallMs, isSpliced: number === 0, isIndependent: true },
      }
      line(formatLine(segment))
    }
  }
  return { ends }
}

/** Frames of `track` over half a second; the last one is as long as it takes. */
function makePart(track: VideoTrack | AudioTrack, fromDts: number, isKey: boolean, frameBytes: number): Uint8Array {
  const first = Math.ceil(fromDts / step[track.kind])
  const past = Math.ceil((fromDts + partTicks) / step[track.kind])
  const samples = Array.from({ length: past - first }, (_, i) => {
    const dts = (first + i) * step[track.kind]
    const bytes = new Uint8Array(frameBytes).fill((first + i) & 255)
    const frame: Frame = { track, dts, pts: dts, isKey: track.kind === 'audio' || (isKey && i === 0), bytes }
    return { frame, duration90k: step[track.kind] }
  })
  return writeFragment(1, [{ trackId: track.kind === 'video' ? 1 : 2, samples }])
}
