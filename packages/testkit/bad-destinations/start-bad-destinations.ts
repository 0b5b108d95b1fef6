import { fork } from 'node:child_process'
import type { Owner } from './bad-destinations.ts'
import type { Expected } from './expected.ts'

/** A bad destination in another process. */
export type RemoteDestination = Expected & { readonly name: string; readonly url: string; readonly canMend: boolean }

export type BadDestinations = {
  readonly places: readonly RemoteDestination[]
  /** Connection attempts so far by name; null where they can't be counted. */
  attempts(): Promise<Readonly<Record<string, number | null>>>
  /** Makes good ones of all that can be. */
  mend(): Promise<void>
}

/** What the process is asked; it answers each in order. */
export type BadDestinationsAsk = 'attempts' | 'mend'

/**
 * Opens the 50 bad destinations in a process of their own. What they do there, TLS handshakes above all, must not be taken for what
 * they cost the one under test, whose delays are measured here.
 */
export async function startBadDestinations(owner: Owner): Promise<BadDestinations> {
  const child = fork(new URL('./child.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  owner.after(() => void child.kill())
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`the bad destinations ended with ${code}`))
      child.once('exit', onExit)
      child.once('message', (message) => {
        child.off('exit', onExit)
        resolve(message as T)
      })
    })
  const ask = <T>(what: BadDestinationsAsk): Promise<T> => {
    const answer = next<T>()
    child.send(what)
    return answer
  }
  const places = await next<RemoteDestination[]>()
  return { places, attempts: () => ask('attempts'), mend: () => ask('mend') }
}
