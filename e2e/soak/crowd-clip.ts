import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Writes a short FLV file with picture and sound for the crowd's encoders, by ffmpeg. */
export async function makeCrowdClip(file: string): Promise<string> {
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1', '-g', '25', '-b:v', '500k', '-pix_fmt', 'yuv420p']
  await run('ffmpeg', ['-loglevel', 'error', ...inputs, '-t', '4', ...video, '-c:a', 'aac', '-b:a', '96k', '-f', 'flv', file])
  return file
}
