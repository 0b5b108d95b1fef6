import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds of CPU that the threads of a process have used, to the nanosecond: /proc/stat counts in steps of 10 ms. Spec: Linux Documentation/scheduler/sched-stats */
export function cpuMsOf(pid: number): number {
  let ns = 0
  for (const task of readdirSync(`/proc/${pid}/task`))
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
  return ns / 1e6
}
