import { notifications } from '@mantine/notifications'
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

/** All other sessions end with it, and this one is replaced: what the page asked for meanwhile may have been refused, so it asks again. */
export function useChangePassword() {
  const client = useQueryClient()
  return useMutation({
    mutationKey: keys.session,
    mutationFn: (body: ChangePasswordBody) => call('POST', paths.accountPassword, Session, body),
    onSuccess: (session) => {
      client.setQueryData(keys.session, session)
      // Here and not in the dialog: a callback of `mutate` is lost when its dialog is gone before the answer.
      notifications.show({ message: 'Password changed. All other browsers are signed out.' })
    },
    onSettled: () => void client.invalidateQueries(),
  })
}
