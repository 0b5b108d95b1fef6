import { paths, SetupState } from '@sluice/contract/api'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { SetupPage, SignInPage, StartPage } from '../features/access/index.ts'
import { call, keys, LiveProvider, useSessionQuery } from '../live/index.ts'

/** First run, sign-in or the console itself; the address stays as it was, so that signing in leads back to it. */
export function Gatekeeper({ children }: { children: ReactNode }) {
  const session = useSessionQuery()
  const isSignedOut = session.data === null
  const setup = useQuery({ queryKey: keys.setup, queryFn: () => call('GET', paths.setup, SetupState), enabled: isSignedOut })

  if (session.isError || setup.isError) {
    const retry = (): void => void (session.isError ? session.refetch() : setup.refetch())
    return <StartPage error={session.error ?? setup.error} onRetry={retry} />
  }
  if (session.data === undefined) return <StartPage error={null} />
  if (session.data !== null) return <LiveProvider key={session.data.workspace.id}>{children}</LiveProvider>
  if (setup.data === undefined) return <StartPage error={null} />
  return setup.data.needed ? <SetupPage /> : <SignInPage />
}
