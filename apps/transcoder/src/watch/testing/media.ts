import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { RecordReader } from '@sluice/base/records'
import type { Frame, Track } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import { writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import { type FromWatch, maxThumbnailAnswerBytes, readFromWatch } from '@sluice/contract/watch'
import { loadAv } from '../../av/av.ts'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const av = await loadAv()
/** Why real media can't be decoded here, or false. */
export const skip: string | false = !hasFfmpeg ? 'ffmpeg is not installed (apt install ffmpeg)' : typeof av === 'string' ? av : false

/** Flags of ffmpeg for each codec of pictures. */
export const videoFlags = {
  'H.264': ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'],
  'H.264 of 10 bits': ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0', '-pix_fmt', 'yuv420p10le'],
  'H.264 in full range': ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0', '-pix_fmt', 'yuvj420p'],
  'H.265': ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:scenecut=0:open-gop=0:keyint=12:min-keyint=12'],
  AV1: ['-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime', '-pix_fmt', 'yuv420p', '-keyint_min', '12'],
  VP9: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-pix_fmt', 'yuv420p', '-keyint_min', '12'],
} as const

/** Encodes a filter graph into a fragmented MP4 and reads it as an input would be. */
export function encode(t: TestContext, graph: string, flags: readonly string[]): Frame[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-watch-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'media.mp4')
  const layout = ['-movflags', 'frag_keyframe+empty_moov+delay_moov+default_base_moof', '-frag_duration', '500000', '-strict', '-2']
  const made = spawnSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', graph, ...flags, ...layout, file])
  assert.equal(made.status, 0, made.stderr.toString())
  const frames: Frame[] = []
  new Fmp4Demuxer().push(new Uint8Array(readFileSync(file)), { onTrack() {}, onFrame: (frame) => frames.push(frame) })
  return frames
}

export const recordOf = (frame: Frame, slot: number): Uint8Array => concatBytes([writeFrameHead(slot, frame, frame.dts / 90), frame.bytes])
export const trackOf = (track: Track, slot: number): Uint8Array => writeTrack(slot, track)

/** Runs a child of the transcoder on `records` until it has answered to all of them, and gives what it said but for its beats. */
export async function runChild(main: string, records: readonly Uint8Array[]): Promise<FromWatch[]> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../..', main)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers: FromWatch[] = []
  const reader = new RecordReader(maxThumbnailAnswerBytes)
  child.stdout.on('data', (bytes: Buffer) => reader.push(bytes, (record) => answers.push(readFromWatch(record))))
  child.stdin.end(concatBytes(records))
  const code = await new Promise((resolve) => child.once('close', resolve))
  assert.equal(code, 0, 'it ends with its stdin')
  return answers.filter(({ type }) => type !== 'beat')
}
