import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runTool, withFolder } from './run-tool.ts'

/** One packet as FFmpeg's own demuxer sees it. */
export type FfmpegPacket = {
  readonly pts: number
  readonly dts: number
  readonly isKey: boolean
  readonly bytes: Uint8Array
}

const quiet = ['-hide_banner', '-v', 'error', '-y', '-nostdin']
/** One picture and one tone, the same each time. */
const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25']
const tone = ['-f', 'lavfi', '-i', 'sine=440:r=48000,aformat=channel_layouts=stereo']

export const ffmpegInputs = { pictures, tone, both: [...pictures, ...tone] } as const

/** x264 and x265 with one thread: the same bytes each time. */
export const h264Args = [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-threads',
  '1',
  '-pix_fmt',
  'yuv420p',
  '-g',
  '50',
  '-bf',
  '2',
  '-b:v',
  '600k',
]
export const h265Args = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  'log-level=none:keyint=25:bframes=2:pools=none:frame-threads=1',
]
export const aacArgs = ['-c:a', 'aac', '-b:a', '96k']

/** Runs ffmpeg with `args` and gives what it wrote in `format`. */
export function makeWithFfmpeg(args: readonly string[], format = 'mpegts'): Uint8Array {
  return runTool('ffmpeg', [...quiet, ...args, '-f', format, 'pipe:1']).stdout
}

/** The packets of one stream (`v:0`, `a:1`) of a file that FFmpeg can read, their bytes as its demuxer gives them. */
export function readFfmpegPackets(file: Uint8Array, stream: string): FfmpegPacket[] {
  return withFolder((folder) => {
    const path = join(folder, 'in')
    writeFileSync(path, file)
    const fields = 'packet=pts,dts,size,flags'
    const rows = runTool('ffprobe', ['-v', 'error', '-select_streams', stream, '-show_entries', fields, '-of', 'compact=p=0', path]).stdout
    const data = runTool('ffmpeg', [...quiet, '-i', path, '-map', `0:${stream}`, '-c', 'copy', '-copyts', '-f', 'data', 'pipe:1']).stdout
    let at = 0
    return new TextDecoder()
      .decode(rows)
      .split('\n')
      .filter((row) => row.startsWith('pts='))
      .map((row) => {
        const fields = new Map(row.split('|').map((field) => field.split('=') as [string, string]))
        const bytes = data.subarray(at, at + Number(fields.get('size')))
        at += bytes.length
        return { pts: Number(fields.get('pts')), dts: Number(fields.get('dts')), isKey: fields.get('flags')!.startsWith('K'), bytes }
      })
  })
}

/** What FFmpeg complains of when it decodes every stream of `file`. Empty: nothing. */
export function ffmpegComplaints(file: Uint8Array): string {
  return withFolder((folder) => {
    const path = join(folder, 'in.ts')
    writeFileSync(path, file)
    return runTool('ffmpeg', ['-hide_banner', '-v', 'warning', '-nostdin', '-i', path, '-map', '0', '-f', 'null', '-']).stderr
  })
}
