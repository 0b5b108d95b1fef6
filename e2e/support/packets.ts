import type { TestContext } from 'node:test'
import { runProgram } from './program.ts'

/** One packet of an elementary stream as ffmpeg's demuxer gives it. `hash`: MD5 of its bytes. */
export type Packet = { readonly kind: 'video' | 'audio'; readonly dtsMs: number; readonly ptsMs: number; readonly hash: string }

/** The packets of one kind in a media file or URL. */
export async function packetsOf(t: TestContext, file: string, kind: Packet['kind']): Promise<Packet[]> {
  const text = await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-i', file, '-map', kind === 'video' ? '0:v:0?' : '0:a:0?'],
    ...['-c', 'copy', '-copyts', '-f', 'framemd5', '-'],
  ])
  const scale = Number(/^#tb 0: 1\/(\d+)$/m.exec(text)?.[1] ?? 1000) / 1000
  return text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const [, dts, pts, , , hash] = line.split(',').map((field) => field.trim())
      return { kind, dtsMs: Number(dts) / scale, ptsMs: Number(pts) / scale, hash: hash! }
    })
}

/** Where `part` lies in `whole` as one piece, packet for packet; -1 when it does not. */
export function placeIn(whole: readonly Packet[], part: readonly Packet[]): number {
  const first = part[0]?.hash
  for (let at = 0; at + part.length <= whole.length; at++) {
    if (whole[at]!.hash === first && part.every((packet, i) => packet.hash === whole[at + i]!.hash)) return at
  }
  return -1
}

/** The first packet whose dts is not after the one before it, or null. */
export function firstStepBack(packets: readonly Packet[]): Packet | null {
  return packets.find((packet, i) => i > 0 && packet.dtsMs < packets[i - 1]!.dtsMs) ?? null
}

/** Decodes all of a file or URL; empty when ffmpeg found nothing wrong. */
export async function decodeProblems(t: TestContext, file: string): Promise<string> {
  const text = await runProgram(t, 'ffmpeg', [
    '-hide_banner',
    '-loglevel',
    'warning',
    '-xerror',
    '-i',
    file,
    '-fps_mode',
    'passthrough',
    // In the file's own time: by default the judge counts in frames of a rate that it guesses, wrongly where a gap is.
    '-enc_time_base',
    '-1',
    '-f',
    'null',
    '-',
  ])
  return text.trim()
}
