import { spawn } from 'node:child_process'
import type { TestContext } from 'node:test'

/** A program that was started for a test. */
export type Program = {
  readonly pid: number
  /** What it wrote to stdout and stderr so far. */
  output(): string
  /** Its exit code, or the signal that ended it, once it has ended. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Resolves when it has ended and all that it wrote has been read: later than `ended` under load. */
  readonly drained: Promise<void>
  hasEnded(): boolean
  write(bytes: Uint8Array): void
  /** Ends stdin. */
  finish(): void
  /** Sends `signal`, SIGTERM unless told otherwise, and waits for the end; SIGKILL follows after 3 s. */
  end(signal?: NodeJS.Signals): Promise<void>
  signal(signal: NodeJS.Signals): void
}

const maxOutputChars = 200_000
const politeMs = 3000

/** Starts a program, which ends with the test at the latest. Rejects nothing: a program that is not there ends with code 127. */
export function startProgram(t: TestContext, command: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv } = {}): Program {
  const child = spawn(command, [...args], { env: options.env ?? process.env, stdio: 'pipe' })
  let output = ''
  let hasEnded = false
  const note = (text: string): void => {
    output = (output + text).slice(-maxOutputChars)
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', note)
  child.stdin.on('error', () => {}) // it may end before it has read all
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('error', (error) => {
      note(error.message)
      resolve(127)
    })
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 0))
  })
  const drained = new Promise<void>((resolve) => {
    child.on('error', () => resolve())
    child.on('close', () => resolve())
  })
  void ended.then(() => {
    hasEnded = true
  })
  const program: Program = {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    drained,
    hasEnded: () => hasEnded,
    write: (bytes) => void child.stdin.write(bytes),
    finish: () => child.stdin.end(),
    signal: (signal) => void child.kill(signal),
    async end(signal = 'SIGTERM') {
      if (hasEnded) return
      child.kill('SIGCONT')
      child.kill(signal)
      const hard = setTimeout(() => child.kill('SIGKILL'), politeMs)
      await ended
      clearTimeout(hard)
    },
  }
  t.after(() => program.end('SIGKILL'))
  return program
}

/** Runs a program to its end and gives what it wrote. Rejects when it fails. */
export async function runProgram(t: TestContext, command: string, args: readonly string[]): Promise<string> {
  const program = startProgram(t, command, args)
  program.finish()
  const code = await program.ended
  await program.drained
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${program.output().slice(-2000)}`)
  return program.output()
}
