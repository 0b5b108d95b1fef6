import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, Timer } from '../clock/index.ts'
import { messageOf } from '../errors/index.ts'
import { deviceGroup, type JobLimits, limitedShell, type Places, type Wall, walledCommand } from './confined-command.ts'
import { processTree, type TreeUse, treeUse } from './process-tree.ts'

export type ConfinedJob = {
  /** Entry file of the child. */
  readonly script: string
  readonly nodeArgs?: readonly string[]
  /** Open files, as descriptors 3 and up in the child. The caller closes its own. */
  readonly files?: readonly number[]
  /** Device nodes that it may open: of graphics processors, for encoders in hardware. Others are not there. */
  readonly devices?: readonly string[]
  readonly limits: JobLimits
}

/** A child behind its wall. `process` is the outermost of it: killing that ends all. */
export type ConfinedChild = {
  readonly process: ChildProcessWithoutNullStreams
  /** Why it was ended for what it took; null when it was not. */
  readonly overLimit: string | null
  /** Reads code and signal of its end, as one would see them without the wall. */
  ending(code: number | null, signal: NodeJS.Signals | null): { code: number | null; signal: string | null }
}

const lookMs = 150
const signalNames: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  31: 'SIGSYS',
}

/** Starts one job behind a wall. Text: why it could not be started. */
export function startConfined(
  wall: Wall,
  places: Omit<Places, 'scratch' | 'devices'>,
  clock: Clock,
  job: ConfinedJob,
): ConfinedChild | string {
  let scratch: string | null = null
  try {
    scratch = wall.mode === 'bubblewrap' ? null : makeScratch(wall)
    const child = spawnChild(wall, { ...places, scratch, devices: job.devices ?? [] }, job)
    const dropScratch = (): void => {
      if (scratch !== null) rmSync(scratch, { recursive: true, force: true })
    }
    if (typeof child === 'string') {
      dropScratch()
      return child
    }
    const watch = new LimitMonitor(child, clock, job.limits)
    child.once('error', () => watch.close())
    child.once('close', () => {
      watch.close()
      dropScratch()
    })
    return {
      process: child,
      get overLimit() {
        return watch.reason
      },
      ending(code, signal) {
        // A shell's way to tell of a signal, which bubblewrap has too.
        const told = signal ?? (code !== null && code > 128 ? (signalNames[code - 128] ?? null) : null)
        if (told === 'SIGXCPU') watch.say(overTime(job.limits.cpuSeconds ?? 0))
        return told === null ? { code, signal: null } : { code: null, signal: told }
      },
    }
  } catch (error) {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true })
    return messageOf(error)
  }
}

function makeScratch({ uid }: Wall): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-media-'))
  if (uid !== null) chownSync(folder, uid, uid)
  return folder
}

/** Out of descriptors or memory Node gives a child without pipes, or throws: both are a child that could not be started. */
function spawnChild(wall: Wall, places: Places, job: ConfinedJob): ChildProcessWithoutNullStreams | string {
  const command = walledCommand(wall, places, [process.execPath, ...(job.nodeArgs ?? []), job.script])
  const tmp: Record<string, string> = places.scratch === null ? {} : { TMPDIR: places.scratch, HOME: places.scratch }
  // `unshare` wants root; who it becomes is on its command line.
  const owner =
    wall.uid === null || (wall.mode === 'user' && wall.cutsNetwork) ? {} : { uid: wall.uid, gid: deviceGroup(places.devices) ?? wall.uid }
  const child = spawn('/bin/sh', ['-c', limitedShell(job.limits), 'sh', ...command], {
    stdio: ['pipe', 'pipe', 'pipe', ...(job.files ?? [])],
    env: { ...places.env, ...tmp },
    cwd: '/',
    ...owner,
  }) as ChildProcessWithoutNullStreams
  if ([child.stdin, child.stdout, child.stderr].every((stream) => (stream as unknown) !== undefined && stream !== null)) return child
  child.on('error', () => {}) // it comes all the same, and without listener it would end the process
  return 'the system gives no more files'
}

const overTime = (mostSeconds: number): string => `it used over ${mostSeconds} s of CPU time`
const mega = (bytes: number): number => Math.round(bytes / 2 ** 20)

/** Looks at what a child takes, and ends it when that is too much. The child is not asked: it may lie. */
class LimitMonitor {
  reason: string | null = null
  readonly #child: ChildProcessWithoutNullStreams
  readonly #clock: Clock
  readonly #limits: JobLimits
  #timer: Timer | null
  #windowMs: number
  #windowCpuS = 0

  constructor(child: ChildProcessWithoutNullStreams, clock: Clock, limits: JobLimits) {
    this.#child = child
    this.#clock = clock
    this.#limits = limits
    this.#windowMs = clock.nowMs()
    this.#timer = clock.after(lookMs, () => this.#look())
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  say(reason: string): void {
    this.reason ??= reason
  }

  #look(): void {
    const { pid } = this.#child
    if (this.#timer === null || pid === undefined) return
    const use = treeUse(pid)
    const reason = this.#overMemory(use) ?? this.#overTime(use) ?? this.#overCores(use)
    if (reason === null) {
      this.#timer = this.#clock.after(lookMs, () => this.#look())
      return
    }
    this.say(reason)
    this.close()
    for (const one of processTree(pid)) kill(one)
  }

  #overMemory({ rssBytes }: TreeUse): string | null {
    const { rssBytes: most } = this.#limits
    const mostBytes = typeof most === 'number' ? most : most()
    return rssBytes > mostBytes ? `it used ${mega(rssBytes)} MB of memory, limit ${mega(mostBytes)} MB` : null
  }

  #overTime({ cpuSeconds }: TreeUse): string | null {
    const { cpuSeconds: most } = this.#limits
    return most !== null && cpuSeconds > most ? overTime(most) : null
  }

  #overCores({ cpuSeconds }: TreeUse): string | null {
    const { cores } = this.#limits
    const passedMs = this.#clock.nowMs() - this.#windowMs
    if (cores === null || passedMs < cores.windowMs) return null
    const used = (cpuSeconds - this.#windowCpuS) / (passedMs / 1000)
    this.#windowMs = this.#clock.nowMs()
    this.#windowCpuS = cpuSeconds
    return used > cores.most ? `it kept ${used.toFixed(1)} cores busy, limit ${cores.most}` : null
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}
