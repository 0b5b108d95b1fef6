/** What the tests use of it; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  type Claims = Record<string, unknown> & { sub: string }
  export default class Provider {
    constructor(
      issuer: string,
      configuration: {
        clients: { client_id: string; client_secret: string; redirect_uris: string[] }[]
        cookies: { keys: string[] }
        claims: Record<string, string[]>
        findAccount(context: unknown, id: string): Promise<{ accountId: string; claims(): Promise<Claims> }>
      },
    )
    callback(): (request: IncomingMessage, response: ServerResponse) => void
  }
}
