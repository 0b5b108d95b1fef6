import { rmSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { SluiceError } from '../errors/index.ts'
import { onUsableHost } from './usable-host.ts'

type Place = { readonly port: number; readonly host: string; readonly reusePort?: boolean }

/** Listens on a TCP port, and answers which: 0 is any. Throws SluiceError ENGINE_PORT_TAKEN, which names the setting to change. */
export async function listenPort(server: Server, { port, host, reusePort = false }: Place, setting: string): Promise<number> {
  const listen = (usable: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const onError = (error: Error): void => reject(error)
      server.once('error', onError)
      server.listen({ port, host: usable, reusePort }, () => {
        server.removeListener('error', onError)
        resolve((server.address() as AddressInfo).port)
      })
    })
  try {
    return await onUsableHost(host, listen)
  } catch (error) {
    throw portError(error as NodeJS.ErrnoException, port, setting)
  }
}

export function portError(error: NodeJS.ErrnoException, port: number, setting: string): SluiceError {
  const why = error.code === 'EADDRINUSE' ? `port ${port} is used by another program` : error.message
  return new SluiceError('ENGINE_PORT_TAKEN', 'operator', `${why}; set ${setting} to a free port`, { cause: error })
}

/** Listens on a socket of this machine that only this user may open. One that a killed process left is removed. */
export function listenLocal(server: Server, path: string): Promise<number> {
  rmSync(path, { force: true })
  const before = process.umask(0o077)
  return new Promise<number>((resolve, reject) => {
    const onError = (error: Error): void => reject(error)
    server.once('error', onError)
    server.listen(path, () => {
      server.removeListener('error', onError)
      resolve(0)
    })
  }).finally(() => process.umask(before))
}
