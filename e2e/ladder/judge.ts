import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { flvOfMessages, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { makeFolder } from '../support/folder.ts'
import { runProgram } from '../support/program.ts'

type Packet = { readonly dtsMs: number; readonly bytes: number; readonly isKey: boolean }

/** What ffprobe finds in what a destination got. Times as the stream has them. */
export type Judged = {
  readonly file: string
  readonly codec: string
  readonly size: string
  readonly fps: string
  readonly video: readonly Packet[]
  readonly audio: readonly Packet[]
}

/** Writes a session into a file and has ffprobe read it. */
export async function judgeSession(t: TestContext, session: SinkSession): Promise<Judged> {
  const file = path.join(makeFolder(t), 'session.flv')
  writeFileSync(file, flvOfMessages(session.messages))
  return judgeFile(t, file)
}

async function judgeFile(t: TestContext, file: string): Promise<Judged> {
  // Longer than what is kept of a program's words.
  const found = path.join(makeFolder(t), 'found.json')
  await runProgram(t, 'ffprobe', [
    ...['-v', 'error', '-show_entries', 'stream=codec_type,codec_name,width,height,r_frame_rate'],
    ...['-show_entries', 'packet=codec_type,dts_time,size,flags', '-of', 'json', '-o', found, file],
  ])
  // What ffprobe prints; fields that a stream lacks are not there.
  const { packets, streams } = JSON.parse(readFileSync(found, 'utf8')) as {
    packets: { codec_type: string; dts_time?: string; size: string; flags: string }[]
    streams: { codec_type: string; codec_name: string; width: number; height: number; r_frame_rate: string }[]
  }
  const of = (kind: string): Packet[] =>
    packets
      .filter(({ codec_type, dts_time }) => codec_type === kind && dts_time !== undefined)
      .map(({ dts_time, size, flags }) => ({
        dtsMs: Math.round(Number(dts_time) * 1000),
        bytes: Number(size),
        isKey: flags.startsWith('K'),
      }))
  const picture = streams.find(({ codec_type }) => codec_type === 'video')
  return {
    file,
    codec: picture?.codec_name ?? 'none',
    size: picture === undefined ? 'none' : `${picture.width}x${picture.height}`,
    fps: picture?.r_frame_rate ?? 'none',
    video: of('video'),
    audio: of('audio'),
  }
}

export const keysOf = ({ video }: Judged): number[] => video.filter(({ isKey }) => isKey).map(({ dtsMs }) => dtsMs)

/** Places where a time is not later than the one before it. */
export const fallsOf = (packets: readonly Packet[]): string[] =>
  packets.flatMap(({ dtsMs }, i) => (i > 0 && dtsMs <= packets[i - 1]!.dtsMs ? [`${packets[i - 1]!.dtsMs} -> ${dtsMs}`] : []))

const windowMs = 10_000

/**
 * Highest bitrate of the pictures over every window of ten seconds from `fromMs` on, and the lowest over those that lack no picture; kbps. Each
 * window begins at another frame.
 */
export function windowsKbps(
  { video }: Judged,
  fromMs: number,
  fps: number,
): { readonly lowest: number; readonly highest: number; readonly whole: number } {
  const frames = video.filter(({ dtsMs }) => dtsMs >= fromMs)
  const last = frames.at(-1)?.dtsMs ?? 0
  let [lowest, highest, whole, bytes, end] = [Number.POSITIVE_INFINITY, 0, 0, 0, 0]
  for (const [at, { dtsMs, bytes: own }] of frames.entries()) {
    if (dtsMs + windowMs > last) break
    while (end < frames.length && frames[end]!.dtsMs < dtsMs + windowMs) bytes += frames[end++]!.bytes
    const kbps = (bytes * 8) / windowMs
    highest = Math.max(highest, kbps)
    if (end - at >= (fps * windowMs) / 1000) {
      lowest = Math.min(lowest, kbps)
      whole++
    }
    bytes -= own
  }
  return { lowest, highest, whole }
}

/** Key frames that do not stand 2 s behind the last one on the grid, and are not there in place of one that is missing. */
export function strayKeys({ video }: Judged, fromMs: number, gopMs: number, fps: number): string[] {
  const frames = video.filter(({ dtsMs }) => dtsMs >= fromMs)
  const first = frames.find(({ isKey }) => isKey)?.dtsMs ?? 0
  const isNear = (ms: number): boolean => Math.abs(ms - Math.round(ms / gopMs) * gopMs) <= 1
  const stray = frames.flatMap(({ dtsMs, isKey }, i) => {
    const hasHole = i > 0 && dtsMs - frames[i - 1]!.dtsMs > 1500 / fps
    return isKey && !isNear(dtsMs - first) && !hasHole ? [`a key frame at ${dtsMs}, ${first} is one too`] : []
  })
  const missing = frames.filter(({ dtsMs, isKey }) => !isKey && dtsMs > first && isNear(dtsMs - first))
  return [...stray, ...missing.map(({ dtsMs }) => `no key frame at ${dtsMs}, ${first} is one`)]
}
