import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '@sluice/base/errors'
import { engineMallocEnv, engineNodeFlags, viewersNodeFlags } from '@sluice/contract/settings'
import { lookAtProcess, type ProcessLook } from './process-look.ts'

const mainOf = (app: string): string => fileURLToPath(new URL(`../../../${app}/src/main.ts`, import.meta.url))

/** A program that control keeps running, and Node's flags for it. */
type Program = { readonly main: string; readonly flags: readonly string[] }
const engineProgram: Program = { main: mainOf('engine'), flags: engineNodeFlags }
const viewersProgram: Program = { main: mainOf('viewers'), flags: viewersNodeFlags }
const maxLogBytes = 10 * 1024 * 1024
const maxTailBytes = 16 * 1024

/** A process that was started here. `exited` resolves with the sentence that it left, null when it said nothing. */
export type EngineProcess = { pid: number; exited: Promise<string | null> }

/** The machine's processes, as far as engines need them. Tests put their own in its place. */
export type EngineHost = {
  spawn(options: { env: Record<string, string>; logFile: string }): EngineProcess
  isRunning(pid: number): boolean
  /** What the system says of it; null where nothing is known. */
  look(pid: number): ProcessLook | null
  /** Harmless for a process that is gone. */
  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void
}

/**
 * Starts an engine that outlives this process: a session of its own, and its log in a file, because a pipe to control would
 * fill up or break with control, and a terminal would take the engine with it.
 */
function spawnProgram(program: Program, options: { env: Record<string, string>; logFile: string }): EngineProcess {
  try {
    return startProgram(program, options)
  } catch (error) {
    // Out of descriptors, memory or disk: an engine that could not be started, and is tried again like one that died.
    return { pid: 0, exited: Promise.resolve(`its process can't be started: ${messageOf(error)}`) }
  }
}

function startProgram({ main, flags }: Program, { env, logFile }: { env: Record<string, string>; logFile: string }): EngineProcess {
  const { log, startedAt } = openLog(logFile)
  const child = spawn(process.execPath, [...flags, main], {
    // What the operator set comes first.
    env: { ...engineMallocEnv, ...env },
    detached: true,
    stdio: ['ignore', log ?? 'ignore', log ?? 'ignore'],
  })
  if (log !== null) closeSync(log)
  child.unref()
  const exited = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', () => resolve(lastWords(logFile, startedAt)))
  })
  return { pid: child.pid ?? 0, exited }
}

/** A disk that is full or read-only is no reason to leave the channels without an engine: it runs without a log then. */
function openLog(logFile: string): { log: number | null; startedAt: number } {
  try {
    mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 })
    if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`)
    const log = openSync(logFile, 'a', 0o600)
    return { log, startedAt: statSync(logFile).size }
  } catch {
    return { log: null, startedAt: 0 }
  }
}

/** The sentence with which a process that could not start ended: its last line that begins with `sluice engine:`, or `sluice viewers:`. */
function lastWords(logFile: string, from: number): string | null {
  const file = openTail(logFile)
  if (file === null) return null
  try {
    const size = statSync(logFile).size
    // A log that was begun anew meanwhile is shorter than where this engine began.
    const start = Math.max(size < from ? 0 : from, size - maxTailBytes)
    const tail = Buffer.alloc(Math.max(0, size - start))
    readSync(file, tail, 0, tail.length, start)
    const lines = tail.toString('utf8').split('\n')
    return lines.map((line) => /^sluice (?:engine|viewers): (.*)$/.exec(line)?.[1]).findLast((words) => words !== undefined) ?? null
  } finally {
    closeSync(file)
  }
}

function openTail(logFile: string): number | null {
  try {
    return openSync(logFile, 'r')
  } catch {
    return null // why it died stays unknown, that it died does not
  }
}

/** Whether a process is there and not merely unburied by its parent. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    // Field 3, after the name in parentheses. Spec: proc_pid_stat(5)
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return existsSync('/proc/self/stat') === false
  }
}

function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  // 0 would be our own process group.
  if (pid <= 0) return
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}

const hostOf = (program: Program): EngineHost => ({
  spawn: (options) => spawnProgram(program, options),
  isRunning,
  look: lookAtProcess,
  kill,
})

/** This machine, for engines. */
export const systemHost = hostOf(engineProgram)
/** This machine, for the process that serves viewers. */
export const systemViewersHost = hostOf(viewersProgram)
