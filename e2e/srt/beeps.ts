import { Child } from './child.ts'

// A picture that flashes and a tone that sounds at the start of each second: what a player sees and hears tells both the offset of
// sound against picture and how far either has drifted, whatever the time stamps say.
const picture = "color=black:size=320x180:rate=30,drawbox=color=white:t=fill:enable='lt(mod(t,1),0.2)'"
const sound = "aevalsrc='if(lt(mod(t,1),0.2),0.8*sin(2*PI*1000*t),0)':s=48000"

/** What ffmpeg is told to send the beeps, a key frame each second and 800 kbit/s throughout, to `url` in `format`. */
export function beepArgs(url: string, format: 'mpegts' | 'flv'): string[] {
  const inputs = ['-re', '-f', 'lavfi', '-i', picture, '-re', '-f', 'lavfi', '-i', sound]
  const rate = ['-b:v', '800k', '-maxrate', '800k', '-bufsize', '800k', '-x264-params', 'nal-hrd=cbr:filler=1']
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', ...rate, '-g', '30', '-pix_fmt', 'yuv420p']
  return ['-hide_banner', '-loglevel', 'warning', ...inputs, ...video, '-c:a', 'aac', '-b:a', '96k', '-f', format, url]
}

/** A real ffmpeg that sends the beeps. */
export const sendBeeps = (url: string, format: 'mpegts' | 'flv'): Child => new Child('ffmpeg', beepArgs(url, format))

/** A real ffmpeg that plays `url` for so long and writes down when the picture flashes and the tone sounds. */
export function watchBeeps(url: string, seconds: number, inputFlags: readonly string[] = []): Child {
  const filters = ['-vf', 'blackdetect=d=0.3:pix_th=0.3', '-af', 'silencedetect=n=-30dB:d=0.3']
  const args = [
    '-hide_banner',
    '-nostats',
    '-loglevel',
    'info',
    ...inputFlags,
    '-i',
    url,
    '-t',
    String(seconds),
    ...filters,
    '-f',
    'null',
    '-',
  ]
  return new Child('ffmpeg', args, { keepsAll: true })
}

export type BeepFigures = {
  readonly beeps: number
  /** Sound after picture, in milliseconds: smallest and largest over the whole run. */
  readonly minOffsetMs: number
  readonly maxOffsetMs: number
  /** How much longer than the source's seconds the time from the first to the last beep is; negative: shorter. */
  readonly videoDriftMs: number
  readonly audioDriftMs: number
}

/** What the watcher wrote, in figures. The first and the last second are left out: a player may begin or end in mid-beep. */
export function readBeeps(said: string): BeepFigures {
  const times = (pattern: RegExp): number[] => [...said.matchAll(pattern)].map((match) => Number(match[1])).slice(1, -1)
  const flashes = times(/black_end:([\d.]+)/g)
  const tones = times(/silence_end: ([\d.]+)/g)
  const offsetsMs = flashes.flatMap((flash) => {
    const tone = nearest(tones, flash)
    return tone === undefined || Math.abs(tone - flash) > 0.5 ? [] : [(tone - flash) * 1000]
  })
  return {
    beeps: offsetsMs.length,
    minOffsetMs: Math.round(Math.min(...offsetsMs)),
    maxOffsetMs: Math.round(Math.max(...offsetsMs)),
    videoDriftMs: driftMs(flashes),
    audioDriftMs: driftMs(tones),
  }
}

function nearest(sorted: readonly number[], to: number): number | undefined {
  return sorted.reduce<number | undefined>(
    (best, value) => (best === undefined || Math.abs(value - to) < Math.abs(best - to) ? value : best),
    undefined,
  )
}

function driftMs(times: readonly number[]): number {
  const spanS = (times.at(-1) ?? 0) - (times[0] ?? 0)
  return Math.round((spanS - Math.round(spanS)) * 1000)
}
