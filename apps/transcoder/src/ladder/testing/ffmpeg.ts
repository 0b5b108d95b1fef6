import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { concatBytes } from '@sluice/base/bytes'
import type { AudioTrack, Frame, Track, VideoTrack } from '@sluice/codecs/frame'
import { flvConfigBody, flvFrameHeader, flvTimestampMs, writeFlvHeader, writeFlvTag } from '@sluice/containers/flv'
import { Fmp4Demuxer, writeFragment, writeInitSegment } from '@sluice/containers/fmp4'

export const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

/** Runs a program to its end and gives what it wrote on its standard output. */
export function run(program: string, args: readonly string[], input?: Uint8Array): Buffer {
  const ran = spawnSync(program, args, { maxBuffer: 512 * 1024 * 1024, ...(input === undefined ? {} : { input }) })
  assert.equal(ran.status, 0, `${program} ${args.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}

/** What ffmpeg makes of `args` (inputs and codecs), as frames in order of dts. */
export function encode(args: readonly string[]): Frame[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-ladder-'))
  try {
    const file = path.join(folder, 'media.mp4')
    const layout = ['-movflags', 'frag_keyframe+empty_moov+delay_moov+default_base_moof', '-frag_duration', '500000', '-strict', '-2']
    run('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args, ...layout, file])
    const frames: Frame[] = []
    new Fmp4Demuxer().push(new Uint8Array(readFileSync(file)), { onTrack() {}, onFrame: (frame) => frames.push(frame) })
    return frames.sort((a, b) => a.dts - b.dts)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All of it later by so many ticks. */
export const shift = (frames: readonly Frame[], ticks: number): Frame[] =>
  frames.map((frame) => ({ ...frame, dts: frame.dts + ticks, pts: frame.pts + ticks }))

export const x264 = (more: readonly string[] = []): string[] => [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '30', '-sc_threshold', '0'],
  ...more,
]

/** Writes a rung's frames into an FLV file with our own writer, times from `zeroDts` on. */
export function writeFlv(file: string, frames: readonly Frame[], zeroDts = 0): void {
  const tags: Uint8Array[] = [writeFlvHeader({ audio: frames.some(({ track }) => track.kind === 'audio'), video: true })]
  const known = new Set<Track>()
  for (const frame of [...frames].sort((a, b) => a.dts - b.dts)) {
    const at = flvTimestampMs(frame.dts - zeroDts)
    const form = { enhanced: true }
    if (!known.has(frame.track)) {
      known.add(frame.track)
      tags.push(writeFlvTag(frame.track.kind, at, [flvConfigBody(frame.track, form)!]))
    }
    tags.push(writeFlvTag(frame.track.kind, at, [flvFrameHeader(frame, form)!, frame.bytes]))
  }
  writeFileSync(file, concatBytes(tags))
}

export type Gray = { readonly width: number; readonly height: number; readonly pictures: readonly Uint8Array[] }

/** Luma of every frame of a video, decoded by ffmpeg: 0 to 255. */
export function decodeLuma(frames: readonly Frame[]): Gray {
  const { width, height } = frames[0]!.track as VideoTrack
  const raw = withFlv(frames, (file) =>
    run('ffmpeg', ['-v', 'error', '-i', file, '-vsync', '0', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']),
  )
  const size = width * height
  return { width, height, pictures: Array.from({ length: raw.length / size }, (_, i) => raw.subarray(i * size, (i + 1) * size)) }
}

/** Samples of every channel, as ffmpeg decodes them: 48 kHz, -1 to 1. */
export function decodeSound(frames: readonly Frame[]): Float32Array[] {
  const { channels } = frames[0]!.track as AudioTrack
  const raw = withFlv(frames, (file) => run('ffmpeg', ['-v', 'error', '-i', file, '-f', 'f32le', '-']))
  const all = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length))
  return Array.from({ length: channels }, (_, channel) => all.filter((_, i) => i % channels === channel))
}

/** Runs `use` on frames in a file of their own, times from the first on. */
export function withFlv<T>(frames: readonly Frame[], use: (file: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-ladder-'))
  try {
    const file = path.join(folder, 'rung.flv')
    writeFlv(file, frames, frames[0]!.dts)
    return use(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same as an MP4 file, with the colours that its pictures state: FFmpeg 5.1 reads no HEVC and AV1 out of FLV. */
export function withMp4<T>(frames: readonly Frame[], use: (file: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-ladder-'))
  try {
    const file = path.join(folder, 'rung.mp4')
    const [first] = frames
    const samples = frames.map((frame, i) => ({ frame, duration90k: (frames[i + 1]?.dts ?? frame.dts + 3000) - frame.dts }))
    const init = writeInitSegment([{ trackId: 1, track: first!.track }])
    writeFileSync(file, concatBytes([init, writeFragment(1, [{ trackId: 1, samples }])]))
    return use(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The smallest box around all that is brighter than half. Null: nothing is. */
export function brightBox({ width, height, pictures }: Gray, at: number): { x: number; y: number; width: number; height: number } | null {
  const picture = pictures[at]!
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (picture[y * width + x]! < 128) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}
