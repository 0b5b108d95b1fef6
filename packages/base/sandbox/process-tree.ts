import { readFileSync } from 'node:fs'

const pageBytes = 4096
/** Ticks of `/proc/<pid>/stat` a second: the same on every Linux that Node runs on. */
const ticksPerSecond = 100
/** A child that makes more processes than this is over its bounds whatever they take. */
const maxProcesses = 64

export type TreeUse = { readonly rssBytes: number; readonly cpuSeconds: number; readonly processes: number }

/** Process ids of `pid` and all below it, `pid` first; bounded. */
export function processTree(pid: number): number[] {
  const found = [pid]
  for (let at = 0; at < found.length && found.length <= maxProcesses; at++) {
    const one = found[at]!
    const text = readOr(`/proc/${one}/task/${one}/children`)
    for (const child of text.trim().split(' ').filter(Boolean)) found.push(Number(child))
  }
  return found
}

/** Memory and processor time of `pid` and all below it. What has ended meanwhile counts nothing. */
export function treeUse(pid: number): TreeUse {
  let rssBytes = 0
  let cpuSeconds = 0
  const pids = processTree(pid)
  for (const one of pids) {
    rssBytes += Number(readOr(`/proc/${one}/statm`).split(' ')[1] ?? 0) * pageBytes
    // Behind the name, which may have blanks and brackets: utime and stime are the 12th and 13th.
    const fields = readOr(`/proc/${one}/stat`).split(') ').at(-1)?.split(' ') ?? []
    cpuSeconds += (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond
  }
  return { rssBytes, cpuSeconds, processes: pids.length }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
