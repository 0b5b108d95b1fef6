import type { TestContext } from 'node:test'
import { runProgram, startProgram } from './program.ts'

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

/**
 * Decodes all of a file or URL; empty when every frame of it decodes. Judged by the decoder's own verdict and by what came out of it, not by
 * its words: those are others in each version, and some speak of the probing that goes before.
 */
export async function decodeProblems(t: TestContext, file: string): Promise<string> {
  const strict = ['-xerror', '-err_detect', 'explode']
  // In the file's own time: by default the judge counts in frames of a rate that it guesses, wrongly where a gap is.
  const output = ['-map', '0:v?', '-map', '0:a?', '-fps_mode', 'passthrough', '-enc_time_base', '-1', '-f', 'null', '-']
  const decoder = startProgram(t, 'ffmpeg', ['-nostdin', '-hide_banner', '-loglevel', 'error', ...strict, '-i', file, ...output])
  const code = await decoder.ended
  if (code !== 0) return `ffmpeg ended with ${code}: ${decoder.output().trim()}`
  const fields = ['-select_streams', 'v', '-show_entries', 'stream=nb_read_frames,nb_read_packets', '-of', 'csv=p=0']
  const counts = await runProgram(t, 'ffprobe', ['-v', 'quiet', '-count_frames', '-count_packets', ...fields, file])
  const lost = counts
    .trim()
    .split('\n')
    .filter((line) => /^\d+,\d+/.test(line))
    .map((line) => line.split(',').map(Number))
    .filter(([frames, packets]) => frames !== packets)
  return lost.map(([frames, packets]) => `${frames} of ${packets} video frames decode`).join('\n')
}
