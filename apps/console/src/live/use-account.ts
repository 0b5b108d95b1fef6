import { paths, Session } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, ignored } from './api-client.ts'
import { keys } from './keys.ts'

/** Ends the session and forgets all that was seen in it. */
export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('DELETE', paths.session, ignored),
    onSuccess: () => {
      client.setQueryData(keys.session, null)
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] })
    },
  })
}

/** Works in another workspace from now on; nothing of the one before stays on the page. */
export function useWorkspaceSwitch() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (workspaceId: string) => call('PATCH', paths.session, Session, { workspaceId }),
    onSuccess: (session) => {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] })
      client.setQueryData(keys.session, session)
    },
  })
}
