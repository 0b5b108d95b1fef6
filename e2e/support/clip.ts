import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'node:test'
import type { FlvKind } from '@sluice/containers/flv'
import { FlvFileReader } from '@sluice/containers/flv'
import { makeFolder } from './folder.ts'
import { runProgram } from './program.ts'

/** One message of a clip: an FLV tag. */
export type ClipTag = { readonly kind: FlvKind; readonly timestampMs: number; readonly body: Uint8Array }

export type ClipOptions = {
  readonly seconds?: number
  readonly size?: string
  readonly fps?: number
  readonly gopFrames?: number
  readonly videoKbps?: number
  readonly bFrames?: number
  readonly has?: 'both' | 'audio' | 'video'
}

/** Makes an FLV file of moving bars with a clock and a tone, H.264 and AAC, as an encoder would send it. */
export async function makeClip(t: TestContext, options: ClipOptions = {}): Promise<string> {
  const { seconds = 10, size = '320x180', fps = 25, gopFrames = 25, videoKbps = 600, bFrames = 2, has = 'both' } = options
  const file = path.join(makeFolder(t), 'clip.flv')
  const video = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${fps}`]
  const audio = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const rate = `${videoKbps}k`
  await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-y'],
    ...(has === 'audio' ? [] : video),
    ...(has === 'video' ? [] : audio),
    ...['-t', String(seconds), '-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1', '-g', String(gopFrames), '-bf', String(bFrames)],
    ...['-sc_threshold', '0', '-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate, '-pix_fmt', 'yuv420p'],
    ...['-x264-params', 'nal-hrd=cbr', '-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-f', 'flv', file],
  ])
  return file
}

/** All tags of an FLV file, in order. */
export function readTags(file: string): ClipTag[] {
  const tags: ClipTag[] = []
  new FlvFileReader().push(readFileSync(file), (kind, timestampMs, body) => tags.push({ kind, timestampMs, body }))
  return tags
}
