import {
  InvitationView,
  type JoinBody,
  OidcStart,
  paths,
  Session,
  type SetupBody,
  type SignInBody,
  SignInOptions,
} from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys } from '../../live/index.ts'

/** Creates the first account; its answer is the session. */
export function useSetup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SetupBody) => call('POST', paths.setup, Session, body),
    onSuccess: (session) => {
      // The link has done its work: the console begins at its first page, and the code goes out of the address.
      history.replaceState(null, '', '/')
      client.setQueryData(keys.setup, { needed: false })
      client.setQueryData(keys.session, session)
    },
    // Somebody else was first: the sign-in page takes over.
    onError: () => void client.invalidateQueries({ queryKey: keys.setup }),
  })
}

/** What the sign-in page offers besides a password. */
export const useSignInOptions = () =>
  useQuery({
    queryKey: keys.signInOptions,
    queryFn: () => call('GET', paths.signInOptions, SignInOptions),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const useSignIn = () => useMutation({ mutationFn: (body: SignInBody) => call('POST', paths.session, Session, body) })

/** The second step of a sign-in. */
export const useSignInCode = () => useMutation({ mutationFn: (code: string) => call('POST', paths.sessionCode, Session, { code }) })

/** Leaves the page for the identity provider, which sends the browser back. */
export const useProviderSignIn = () =>
  useMutation({
    mutationFn: (links: boolean) => call('POST', paths.sessionOidc, OidcStart, { links }),
    onSuccess: ({ url }) => location.assign(url),
  })

export const useRequestReset = () => useMutation({ mutationFn: (email: string) => call('POST', paths.passwordReset, ignored, { email }) })

export const useResetPassword = () =>
  useMutation({ mutationFn: (body: { token: string; password: string }) => call('POST', paths.passwordResetConfirm, ignored, body) })

/** What an invitation is for. */
export const useInvitation = (token: string) =>
  useQuery({ queryKey: ['join'], queryFn: () => call('POST', paths.joinLook, InvitationView, { token }), retry: false })

export const useJoin = () => useMutation({ mutationFn: (body: JoinBody) => call('POST', paths.join, Session, body) })

export const useJoinWithAccount = () => useMutation({ mutationFn: (token: string) => call('POST', paths.accountJoin, Session, { token }) })
