import { paths, Session, type SetupBody, type SignInBody } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, keys } from '../../live/index.ts'

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

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SignInBody) => call('POST', paths.session, Session, body),
    onSuccess: (session) => void client.setQueryData(keys.session, session),
  })
}
