import { spawn } from 'node:child_process'
import { once } from 'node:events'

const usual = {
  video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-b:v', '500k', '-g', '60', '-pix_fmt', 'yuv420p'],
  audio: ['-c:a', 'aac', '-b:a', '96k'],
  format: 'flv',
} as const

/** A real ffmpeg that publishes a moving test picture at 30 frames a second, a key frame every 2 s, with a tone. */
export type Publisher = {
  /** It hangs: its connection stays, and nothing comes. */
  hang(): void
  stop(): Promise<void>
}

export function publish(
  url: string,
  size = '320x180',
  codecs: { video?: readonly string[]; audio?: readonly string[]; format?: string } = {},
): Publisher {
  const { video, audio, format } = { ...usual, ...codecs }
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=30`, '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  return runFfmpeg(['-re', ...picture, ...video, ...audio, '-f', format, url])
}

/** An ffmpeg that says nothing, until it is stopped. */
export function runFfmpeg(args: readonly string[]): Publisher {
  const child = spawn('ffmpeg', ['-loglevel', 'error', ...args], { stdio: 'ignore' })
  return {
    hang: () => void child.kill('SIGSTOP'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
