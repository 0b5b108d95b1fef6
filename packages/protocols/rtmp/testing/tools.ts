import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A reason to skip when one of these programs is missing, else false: what node:test's `skip` takes. */
export function missingTools(...names: string[]): string | false {
  const missing = names.filter((name) => spawnSync('which', [name]).status !== 0)
  return missing.length === 0 ? false : `needs ${missing.join(', ')}, which is not installed`
}

/** A folder of its own for one test, with its removal. */
export function makeFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'sluice-rtmp-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A program under test: what it printed, and its end. Disposing kills it. */
export type RunningTool = {
  readonly output: string
  ended: Promise<number | null>
  child: ChildProcess
  [Symbol.asyncDispose](): Promise<void>
}

export function startTool(name: string, args: readonly string[]): RunningTool {
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (output += text))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    get output() {
      return output
    },
    ended,
    child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

/** Runs a program to its end; throws with its output when that is not 0. */
export async function runTool(name: string, args: readonly string[]): Promise<string> {
  await using tool = startTool(name, args)
  const code = await tool.ended
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${tool.output.slice(-2000)}`)
  return tool.output
}

/** A TCP port that was free a moment ago, for programs that can't say which one they took. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A short test programme made by ffmpeg: H.264 and AAC in FLV. `isLarge`: frames above our chunk size of 60000 (ffmpeg's is 4096). */
export async function makeSource(folder: string, isLarge = false): Promise<string> {
  const path = join(folder, isLarge ? 'large.flv' : 'source.flv')
  const seconds = isLarge ? 1 : 2
  const video = ['-f', 'lavfi', '-i', isLarge ? 'nullsrc=size=640x360:rate=10,geq=random(1)*255:128:128' : 'testsrc2=size=320x180:rate=30']
  const audio = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-bf', '2', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '96k']
  if (isLarge) encode.push('-qp', '10')
  await runTool('ffmpeg', ['-v', 'error', '-y', ...video, ...audio, '-t', String(seconds), ...encode, path])
  return path
}
