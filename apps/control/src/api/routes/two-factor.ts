import {
  Account,
  ConfirmBothBody,
  ConfirmPasswordBody,
  paths,
  RecoveryCodes,
  SecondFactorBody,
  Session,
  TwoFactorSetup,
} from '@sluice/contract/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { credentialsOf, principalOf } from '../caller.ts'
import { answerSignedIn } from '../cookies.ts'
import { describe } from '../describe.ts'

/** How the own account signs in, and its second factor. */
export function twoFactorRoutes(server: FastifyInstance, app: App): void {
  const { secondFactor } = app.accounts
  const asked = (request: FastifyRequest) => {
    const { cookie = '', client } = credentialsOf(request)
    return { principal: principalOf(request), cookie, client }
  }

  const get = { tag: 'session', summary: 'How the own account signs in', operationId: 'getAccount' } as const
  server.get(paths.account, { schema: describe({ ...get, answer: Account }) }, async (request) =>
    secondFactor.account(principalOf(request)),
  )

  const begin = { tag: 'session', summary: 'Begin to set up two-factor sign-in', operationId: 'beginTwoFactor' } as const
  server.post(
    paths.accountTwoFactor,
    { schema: describe({ ...begin, body: ConfirmPasswordBody, answer: TwoFactorSetup }) },
    async (request) => secondFactor.begin(asked(request), request.body),
  )

  const confirm = { tag: 'session', summary: 'Turn on two-factor sign-in with a first code', operationId: 'confirmTwoFactor' } as const
  server.post(
    paths.accountTwoFactorConfirm,
    { schema: describe({ ...confirm, body: SecondFactorBody, answer: Session }) },
    async (request, reply) => {
      const signedIn = await secondFactor.confirm(asked(request), request.body)
      app.hub.cutActor(principalOf(request).actor.id, 'its account has a second factor now')
      return answerSignedIn(app, signedIn, request, reply)
    },
  )

  const end = { tag: 'session', summary: 'Turn off two-factor sign-in', operationId: 'endTwoFactor' } as const
  server.post(
    paths.accountTwoFactorOff,
    { schema: describe({ ...end, body: ConfirmBothBody, answer: Session }) },
    async (request, reply) => {
      const signedIn = await secondFactor.end(asked(request), request.body)
      app.hub.cutActor(principalOf(request).actor.id, 'its account has no second factor any more')
      return answerSignedIn(app, signedIn, request, reply)
    },
  )

  const codes = { tag: 'session', summary: 'Make new recovery codes', operationId: 'renewRecoveryCodes' } as const
  server.post(
    paths.accountRecoveryCodes,
    { schema: describe({ ...codes, body: ConfirmBothBody, answer: RecoveryCodes }) },
    async (request) => secondFactor.renewCodes(asked(request), request.body),
  )
}
