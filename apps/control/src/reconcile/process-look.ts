import { readFileSync } from 'node:fs'

/** What the system says of a process: `state` is its letter in proc_pid_stat(5), `cpuMs` what its main thread, the event loop, has used so far. */
export type ProcessLook = { readonly state: string; readonly cpuMs: number; readonly startTicks: number }

/** USER_HZ, which every Linux of today has. */
const ticksPerSecond = 100
const nsPerMs = 1e6

/** Looks at a process of this machine; null where it is gone, or where there is no /proc. */
export function lookAtProcess(pid: number): ProcessLook | null {
  try {
    const stat = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    // Helper threads of the runtime use CPU while the loop stands still: only the main thread counts.
    const main = fieldsOf(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8'))
    return { state: main[0] ?? '', cpuMs: schedulerCpuMs(pid) ?? cpuMsOf(main), startTicks: Number(stat[19]) }
  } catch {
    return null
  }
}

/** The fields from the third on: the second is a name in parentheses, which may hold blanks and parentheses. Spec: proc_pid_stat(5) */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

/** utime and stime, in steps of 10 ms. */
const cpuMsOf = (fields: readonly string[]): number => ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond

/** In nanoseconds, where the kernel keeps such statistics. */
function schedulerCpuMs(pid: number): number | null {
  try {
    const ns = Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0])
    return Number.isFinite(ns) && ns > 0 ? ns / nsPerMs : null
  } catch {
    return null
  }
}
