import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'node:test'
import type { FlvKind } from '@sluice/containers/flv'
import { FlvFileReader, writeFlvHeader, writeFlvTag } from '@sluice/containers/flv'
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

/** Longer than any test publishes that does not ask for more. */
const repeatedMs = 180_000

/**
 * The clip again and again in one file, without a gap in its picture. ffmpeg's own loop begins each round where the longest track has ended,
 * which versions count differently.
 */
export function repeatClip(t: TestContext, clip: string, forMs = repeatedMs): string {
  const tags = readTags(clip)
  const periodMs = periodOf(tags)
  const again = tags.filter((tag) => tag.kind !== 'data' && !isConfig(tag))
  const file = path.join(makeFolder(t), 'repeated.flv')
  const out = openSync(file, 'w')
  const has = (kind: FlvKind): boolean => tags.some((tag) => tag.kind === kind)
  writeSync(out, writeFlvHeader({ audio: has('audio'), video: has('video') }))
  for (let fromMs = 0; fromMs < forMs; fromMs += periodMs) {
    const round = fromMs === 0 ? tags : again
    writeSync(out, Buffer.concat(round.map(({ kind, timestampMs, body }) => writeFlvTag(kind, fromMs + timestampMs, [body]))))
  }
  closeSync(out)
  return file
}

/** From the first frame of a round to the first of the next: as long as the picture, or the sound where there is none. */
function periodOf(tags: readonly ClipTag[]): number {
  const timesOf = (kind: FlvKind): number[] =>
    tags.filter((tag) => tag.kind === kind && !isConfig(tag)).map(({ timestampMs }) => timestampMs)
  const [video, audio] = [timesOf('video'), timesOf('audio')]
  const times = video.length > 1 ? video : audio
  const frames = times.length - 1
  return Math.round(((times[frames]! - times[0]!) * (frames + 1)) / frames)
}

/** A sequence header, or the end of a sequence: classic and enhanced. */
const isConfig = ({ kind, body }: ClipTag): boolean =>
  kind === 'video'
    ? body[0]! & 0x80
      ? (body[0]! & 0x0f) !== 1 && (body[0]! & 0x0f) !== 3
      : body[1] !== 1
    : kind === 'audio' && body[0]! >> 4 === 10 && body[1] === 0
