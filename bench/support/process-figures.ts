import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second of /proc figures: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100
const pageBytes = 4096

/** What a process has used so far: user and system seconds, and resident bytes now. Its children are not in it. Spec: proc(5) */
export function readProcess(pid: number): { cpuSeconds: number; rssBytes: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  const rssPages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, rssBytes: rssPages * pageBytes }
}

/**
 * Memory of a process: resident bytes, and its share of them, in which a page that several processes map counts once over all of them.
 * Spec: proc(5), smaps_rollup
 */
export function readMemory(pid: number): { rssBytes: number; pssBytes: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const bytesOf = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024
  return { rssBytes: bytesOf('Rss'), pssBytes: bytesOf('Pss') }
}

/** The command line of a process, its arguments apart. */
export const readCommand = (pid: number): string[] => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)

/** The processes that `pid` has started, in any depth: nginx works in a child of its master. */
export function childrenOf(pid: number): number[] {
  const out: number[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1])
      if (parent === pid) out.push(Number(name), ...childrenOf(Number(name)))
    } catch {
      // The process ended while it was looked at.
    }
  }
  return out
}
