import type { Session } from '@sluice/contract/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignedIn } from '../accounts/index.ts'
import { ProblemError } from '../services/index.ts'
import type { App } from './app.ts'

/** Over HTTPS a cookie must never travel without it. */
export function setCookies(request: FastifyRequest, reply: FastifyReply, cookies: readonly string[]): void {
  const suffix = request.protocol === 'https' ? '; Secure' : ''
  void reply.header(
    'set-cookie',
    cookies.map((cookie) => `${cookie}${suffix}`),
  )
}

/** The session of who signed in; or AUTH_SECOND_FACTOR, with the cookie of a sign-in that is half done. */
export async function answerSignedIn(
  app: App,
  signedIn: SignedIn | { readonly waitsForCode: true; readonly cookies: readonly string[] },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session> {
  setCookies(request, reply, signedIn.cookies)
  if ('waitsForCode' in signedIn) {
    throw new ProblemError('AUTH_SECOND_FACTOR', 'Enter the code that your authenticator app shows for Sluice.')
  }
  return app.accounts.sessionOf(signedIn.principal)
}
