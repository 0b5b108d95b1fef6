import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { checkSession } from './session-check.ts'

const readAttempts = 3

/** One cache for the whole console. A session that ended anywhere ends everywhere: the sign-in page takes its place. */
export function openQueryClient(): QueryClient {
  const onError = (error: unknown): void => {
    if (error instanceof ApiError && error.status === 401) checkSession(client)
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // The stream tells of changes; a refused read is not asked again.
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < readAttempts && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      },
    },
  })
  return client
}
