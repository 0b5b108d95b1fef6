import { type ChildProcess, fork, spawn } from 'node:child_process'

/** Starts a TypeScript program of the bench as a child with a message channel; errors go to our stderr. `nodeFlags`: as its real starter gives them. */
export function startScript(
  file: URL,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  nodeFlags: readonly string[] = [],
): ChildProcess {
  return fork(file, [...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [...nodeFlags] })
}

/** Starts a program. Its output is dropped unless it is an error. */
export function startProgram(command: string, args: readonly string[]): ChildProcess {
  return spawn(command, [...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** The next message of a child. Rejects when the child ends first. */
export function messageOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`${child.spawnargs.at(-1)} ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as T)
    })
  })
}

/** Asks a child for its report. */
export function ask<T>(child: ChildProcess): Promise<T> {
  child.send('report')
  return messageOf<T>(child)
}

/** Ends a child by its process id and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
