import assert from 'node:assert/strict'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { makeFolder } from '../support/folder.ts'
import { type Program, runProgram, startProgram } from '../support/program.ts'

const picture = "color=black:size=320x180:rate=30,drawbox=color=white:t=fill:enable='lt(mod(t,1),0.2)'"
const sound = "aevalsrc='if(lt(mod(t,1),0.2),0.8*sin(2*PI*1000*t),0)':s=48000:c=stereo"

const codecs = {
  h264: { ending: 'flv', flags: ['-c:v', 'libx264', '-bf', '2', '-sc_threshold', '0', '-x264-params', 'nal-hrd=cbr'] },
  hevc: { ending: 'mp4', flags: ['-c:v', 'libx265', '-x265-params', 'log-level=none:scenecut=0:keyint=30:min-keyint=30'] },
} as const

/** Makes a file whose picture flashes and tone sounds at the start of each second: video with B-frames and a GOP of a second, AAC stereo. */
export async function makeBeepClip(t: TestContext, seconds: number, codec: keyof typeof codecs = 'h264'): Promise<string> {
  const { ending, flags } = codecs[codec]
  const file = path.join(makeFolder(t), `beeps.${ending}`)
  await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', String(seconds)],
    ...[...flags, '-preset', 'ultrafast', '-b:v', '400k', '-maxrate', '400k', '-bufsize', '400k', '-g', '30', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '96k', file],
  ])
  return file
}

/** Sends a clip by ffmpeg in real time. `shiftS` moves its time stamps, as of an encoder that runs for hours. */
export function sendClip(t: TestContext, clip: string, url: string, options: { shiftS?: number; maps?: readonly string[] } = {}): Program {
  const { shiftS = 0, maps = ['-map', '0'] } = options
  const format = url.startsWith('srt:') ? 'mpegts' : 'flv'
  const input = ['-hide_banner', '-loglevel', 'error', '-re', '-i', clip, ...maps, '-c', 'copy']
  return startProgram(t, 'ffmpeg', [...input, '-output_ts_offset', String(shiftS), '-f', format, url])
}

/**
 * How far the sound of each beep lies after its flash, milliseconds, over all of a file; the first and the last may be cut and are left out.
 * `crop`: FFmpeg's filter, with a comma behind it, for what flashes when the whole picture does not.
 */
export async function soundOffsetsMs(t: TestContext, file: string, crop = ''): Promise<number[]> {
  const filters = ['-vf', `${crop}blackdetect=d=0.1:pix_th=0.3`, '-af', 'silencedetect=n=-30dB:d=0.1']
  const said = await runProgram(t, 'ffmpeg', ['-hide_banner', '-nostats', '-i', file, ...filters, '-f', 'null', '-'])
  const times = (pattern: RegExp): number[] => [...said.matchAll(pattern)].map((match) => Number(match[1]))
  const tones = times(/silence_end: ([\d.]+)/g)
  return times(/black_end:([\d.]+)/g)
    .slice(1, -1)
    .flatMap((flash) => {
      const nearest = tones.reduce(
        (best, tone) => (Math.abs(tone - flash) < Math.abs(best - flash) ? tone : best),
        Number.POSITIVE_INFINITY,
      )
      return Math.abs(nearest - flash) > 0.4 ? [] : [(nearest - flash) * 1000]
    })
}

/**
 * Each flash has its beep within 40 ms. A cut that goes through a flash or a beep leaves half of it, which then pairs with a half of the next
 * input's: as many pairs may be odd as there were cuts, never two in a row. A fault of a splice itself would last, and show in the pairs after it.
 */
export function assertInStep(offsetsMs: readonly number[], cuts: number, leastPairs = 6): void {
  const told = `${offsetsMs.map(Math.round).join(' ')} ms`
  const isOdd = offsetsMs.map((offset) => Math.abs(offset) >= 40)
  assert.ok(offsetsMs.length >= leastPairs && isOdd.filter(Boolean).length <= cuts, told)
  assert.ok(
    isOdd.every((odd, i) => !odd || isOdd[i + 1] !== true),
    told,
  )
  assert.ok(
    isOdd.slice(-3).every((odd) => !odd),
    told,
  )
}
