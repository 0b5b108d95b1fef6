import { SluiceError } from '@sluice/base/errors'
import type { FastifyInstance } from 'fastify'
import { usableHost } from './usable-host.ts'

/** Opens the HTTP port. Throws SluiceError that says which setting to change. Returns the port that it got. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await server.listen({ host: await usableHost(host), port })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why =
      code === 'EADDRINUSE' ? `port ${port} is used by another program` : `port ${port} on ${host} cannot be opened (${code ?? message})`
    throw new SluiceError('HTTP_PORT', 'operator', `${why}; set SLUICE_HTTP_PORT to a free port`, { cause })
  }
  const address = server.server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}
