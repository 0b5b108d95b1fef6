import { createServer } from 'node:net'

const noIpv6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EPROTONOSUPPORT']

/** The address to listen on: `::` takes IPv4 and IPv6, and is IPv4 alone on a machine without IPv6. Any other host is taken as it is. */
export async function usableHost(host: string): Promise<string> {
  if (host !== '::') return host
  return new Promise((resolve) => {
    const trial = createServer()
    trial.once('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(noIpv6.includes(code) ? '0.0.0.0' : host))
    trial.listen({ port: 0, host }, () => trial.close(() => resolve(host)))
  })
}
