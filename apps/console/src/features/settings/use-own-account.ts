import { AccountSession, type ChangePasswordBody, paths, Session } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys, listAll } from '../../live/index.ts'

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

/** All other sessions end with it. */
export function useChangePassword() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ChangePasswordBody) => call('POST', paths.accountPassword, Session, body),
    onSuccess: (session) => {
      client.setQueryData(keys.session, session)
      void client.invalidateQueries({ queryKey: keys.accountSessions })
    },
  })
}
