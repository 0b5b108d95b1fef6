import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export const oidcClient = { id: 'sluice', secret: 'a client secret of the provider' } as const

type Person = { readonly email: string; readonly email_verified: boolean; readonly name: string }

/** An OpenID Connect provider on loopback. Its people sign in by their subject and any password. */
export class TestProvider {
  readonly issuer: string
  readonly people = new Map<string, Person>()
  readonly #server: Server

  private constructor(server: Server, issuer: string) {
    this.#server = server
    this.issuer = issuer
  }

  /** `redirects`: asked once the address of Sluice is known. */
  static async start(): Promise<{ provider: TestProvider; serve(redirectUri: string): void }> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const provider = new TestProvider(server, issuer)
    const serve = (redirectUri: string): void => {
      const oidc = new Provider(issuer, {
        clients: [{ client_id: oidcClient.id, client_secret: oidcClient.secret, redirect_uris: [redirectUri] }],
        cookies: { keys: ['a key of the test'] },
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...provider.people.get(id) }) }),
      })
      server.on('request', oidc.callback())
    }
    return { provider, serve }
  }

  /** A browser at the provider, from the address that Sluice sent it to until the one that it is sent back to. */
  async signIn(start: string, subject: string): Promise<string> {
    const jar = new Map<string, string>()
    let next = start
    let form: string | null = null
    for (let hops = 0; hops < 12; hops++) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers = { cookie, ...(form === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }) }
      const answer: Response = await fetch(next, {
        method: form === null ? 'GET' : 'POST',
        headers,
        redirect: 'manual',
        ...(form === null ? {} : { body: form }),
      })
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';')
        jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
      }
      form = null
      const location = answer.headers.get('location')
      if (location !== null) {
        next = new URL(location, next).href
        if (!next.startsWith(this.issuer)) return next
        continue
      }
      const page = await answer.text()
      if (!answer.ok) throw new Error(`the provider answers ${answer.status}: ${page.slice(0, 300)}`)
      next = new URL(/<form[^>]* action="([^"]+)"/.exec(page)?.[1] ?? '', next).href
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? ''
      form = new URLSearchParams(prompt === 'login' ? { prompt, login: subject, password: 'x' } : { prompt }).toString()
    }
    throw new Error('the provider sent the browser around in circles')
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
