import { notifications } from '@mantine/notifications'
import {
  Account,
  AccountSession,
  type ChangePasswordBody,
  type ConfirmBothBody,
  OidcStart,
  paths,
  RecoveryCodes,
  Session,
  SignInOptions,
  TwoFactorSetup,
} from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys, listAll, signedOut } from '../../live/index.ts'

/** The browsers that are signed in to this account. */
export function useAccountSessions() {
  return useQuery({ queryKey: keys.accountSessions, queryFn: () => listAll(paths.accountSessions, AccountSession) })
}

/** Ends one session, or with null all but this one. */
export function useEndSession() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string | null) => call('DELETE', id === null ? paths.accountSessions : paths.accountSession(id), ignored),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.accountSessions }),
  })
}

/** All other sessions end with it, and this one is replaced: what the page asked for meanwhile may have been refused, so it asks again. */
export function useChangePassword() {
  const client = useQueryClient()
  return useMutation({
    mutationKey: keys.session,
    mutationFn: (body: ChangePasswordBody) => signedOut.renew(call('POST', paths.accountPassword, Session, body)),
    onSuccess: (session) => {
      client.setQueryData(keys.session, session)
      // Here and not in the dialog: a callback of `mutate` is lost when its dialog is gone before the answer.
      notifications.show({ message: 'Password changed. All other browsers are signed out.' })
    },
    onSettled: () => void client.invalidateQueries(),
  })
}

/** How this account signs in. */
export const useAccount = () => useQuery({ queryKey: keys.account, queryFn: () => call('GET', paths.account, Account) })

export const useSignInOptions = () =>
  useQuery({
    queryKey: keys.signInOptions,
    queryFn: () => call('GET', paths.signInOptions, SignInOptions),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Leaves the page for the identity provider, to connect this account. */
export const useConnectProvider = () =>
  useMutation({
    mutationFn: (proof: Partial<ConfirmBothBody>) => call('POST', paths.sessionOidc, OidcStart, { links: true, ...proof }),
    onSuccess: ({ url }) => location.assign(url),
  })

export const useBeginTwoFactor = () =>
  useMutation({ mutationFn: (password: string) => call('POST', paths.accountTwoFactor, TwoFactorSetup, { password }) })

/** The session is replaced with it, and all others end. */
export const useConfirmTwoFactor = () => useRenewedSession((code: string) => call('POST', paths.accountTwoFactorConfirm, Session, { code }))

export const useEndTwoFactor = () => useRenewedSession((proof: ConfirmBothBody) => call('POST', paths.accountTwoFactorOff, Session, proof))

export const useRenewCodes = () =>
  useMutation({ mutationFn: (proof: ConfirmBothBody) => call('POST', paths.accountRecoveryCodes, RecoveryCodes, proof) })

function useRenewedSession<T>(work: (given: T) => Promise<Session>) {
  const client = useQueryClient()
  return useMutation({
    mutationKey: keys.session,
    mutationFn: (given: T) => signedOut.renew(work(given)),
    onSuccess: (session) => {
      client.setQueryData(keys.session, session)
      void client.invalidateQueries()
    },
  })
}

export function useLeaveWorkspace() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () => {
      await call('DELETE', paths.membership, ignored)
      return call('GET', paths.session, Session).catch(() => null)
    },
    onSuccess: (session) => {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] })
      client.setQueryData(keys.session, session)
    },
  })
}
