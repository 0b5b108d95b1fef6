import path from 'node:path'
import type { TestContext } from 'node:test'
import { makeFolder } from '../support/folder.ts'
import { runProgram } from '../support/program.ts'

/** Makes a file of moving bars and a tone, H.264 and AAC with a GOP of half a second, whose picture turns black, or sound silent, at a time. */
export async function makeTurningClip(
  t: TestContext,
  { seconds, blackAtS = seconds, silentAtS = seconds }: { seconds: number; blackAtS?: number; silentAtS?: number },
): Promise<string> {
  const file = path.join(makeFolder(t), 'turning.flv')
  const picture = `testsrc2=size=320x180:rate=24,drawbox=color=black:t=fill:enable='gte(t,${blackAtS})'`
  const sound = `aevalsrc='if(lt(t,${silentAtS}),0.3*sin(2*PI*440*t),0)':s=48000:c=stereo`
  await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', String(seconds)],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '12', '-sc_threshold', '0', '-b:v', '500k'],
    ...['-c:a', 'aac', '-b:a', '96k', file],
  ])
  return file
}

/** Seconds of each stretch of a file that is black, or silent, as ffmpeg's own filters find them. */
export async function badStretches(t: TestContext, file: string, what: 'black' | 'silence'): Promise<number[]> {
  const filters = what === 'black' ? ['-an', '-vf', 'blackdetect=d=0.3:pix_th=0.1'] : ['-vn', '-af', 'silencedetect=n=-60dB:d=0.3']
  const said = await runProgram(t, 'ffmpeg', ['-hide_banner', '-nostats', '-i', file, ...filters, '-f', 'null', '-'])
  return [...said.matchAll(/(?:black|silence)_duration:\s*([\d.]+)/g)].map((match) => Number(match[1]))
}
