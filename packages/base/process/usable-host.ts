const noIpv6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EPROTONOSUPPORT']

/** `::` takes IPv4 and IPv6; on a machine without IPv6 it means IPv4 alone. */
export async function onUsableHost<T>(host: string, open: (host: string) => Promise<T>): Promise<T> {
  try {
    return await open(host)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (host === '::' && noIpv6.includes(code)) return open('0.0.0.0')
    throw error
  }
}
