import type { QueryClient } from '@tanstack/react-query'
import { keys } from './keys.ts'

/**
 * For a call that Sluice refused with 401: asks who is signed in, and the sign-in page opens if nobody is. A password change ends the
 * session before its answer brings the next one, so what is refused meanwhile says nothing: the change asks again when it is over.
 */
export function checkSession(client: QueryClient): void {
  const isRenewing = client.isMutating({ mutationKey: keys.session }) > 0
  const isKnown = client.getQueryData(keys.session) != null
  if (!isRenewing && isKnown) void client.refetchQueries({ queryKey: keys.session }, { cancelRefetch: false })
}
