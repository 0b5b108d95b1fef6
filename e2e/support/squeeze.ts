import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { runProgram } from './program.ts'
import { sleep } from './wait.ts'

const periodMs = 40

/** Seconds of the processor that a process has taken, all of its threads together. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/**
 * Leaves a process that share of one core: it is held to one processor, and stopped for the rest of every 40 ms. What is returned gives it all
 * processors again.
 */
export async function squeeze(t: TestContext, pid: number, share: number): Promise<() => Promise<void>> {
  const [all] = /(?<=Cpus_allowed_list:\s*)\S+/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  await runProgram(t, 'taskset', ['-a', '-c', '-p', all!.split(/[-,]/)[0]!, String(pid)])
  let isHeld = true
  const hold = async (): Promise<void> => {
    while (isHeld) {
      process.kill(pid, 'SIGSTOP')
      await sleep(periodMs * (1 - share))
      process.kill(pid, 'SIGCONT')
      await sleep(periodMs * share)
    }
  }
  const holding = hold().catch(() => {}) // it has ended
  const release = async (): Promise<void> => {
    isHeld = false
    await holding
  }
  t.after(release)
  return async () => {
    await release()
    await runProgram(t, 'taskset', ['-a', '-c', '-p', all!, String(pid)])
  }
}
