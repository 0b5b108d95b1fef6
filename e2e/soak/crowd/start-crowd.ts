import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Owner } from '../../shows/full-sluice.ts'
import type { CrowdReport } from './crowd.ts'
import type { Place } from './place.ts'

export type Crowd = { leave(): Promise<CrowdReport> }

/** Starts the crowd of a seed in a process of its own; `leave` waits until everybody is gone. */
export function startCrowd(owner: Owner, place: Place, seed: number): Crowd {
  const child = fork(new URL('./child.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  owner.after(() => void child.kill('SIGKILL'))
  const report = Promise.race([
    once(child, 'message').then(([message]) => message as CrowdReport),
    once(child, 'exit').then(([code, signal]) => Promise.reject(new Error(`the crowd ended before its time (${code ?? signal})`))),
  ])
  report.catch(() => {})
  child.send({ place, seed })
  return {
    leave() {
      if (child.connected) child.send('leave')
      return report
    },
  }
}
