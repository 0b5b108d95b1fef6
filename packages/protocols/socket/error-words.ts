/** System error codes in words. */
export const socketWords: { readonly [code: string]: string } = {
  ECONNREFUSED: 'the connection was refused: nothing listens there',
  ETIMEDOUT: 'the connection attempt timed out',
  ERR_SOCKET_CONNECTION_TIMEOUT: 'the connection attempt timed out',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  ENOENT: 'the local socket does not exist',
  EADDRNOTAVAIL: 'the local address is not on this machine',
}

/** Certificate faults, as OpenSSL and Node name them, in words. */
export const certificateWords: { readonly [code: string]: string } = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain ends in an untrusted root',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is not signed by a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate is not signed by a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is not signed by a trusted authority',
  CERT_REVOKED: 'the certificate was revoked',
}

/** The system's or OpenSSL's code; `unknown` where there is none. */
export function socketErrorCode(err: unknown): string {
  return err instanceof Error && 'code' in err && typeof err.code === 'string' ? err.code : 'unknown'
}

/** The name server said no, or nothing. */
export const isLookupError = (err: unknown): boolean =>
  err instanceof Error && 'syscall' in err && typeof err.syscall === 'string' && /^(getaddrinfo|query)/.test(err.syscall)
