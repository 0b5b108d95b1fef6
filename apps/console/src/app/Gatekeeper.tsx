import { paths, SetupState } from '@sluice/contract/api'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { call, keys, LiveProvider, signedOut, useSessionQuery } from '../live/index.ts'
import { StartPage } from './StartPage.tsx'

// Who is signed in needs none of these to see the first page.
const access = () => import('../features/access/index.ts')
const SetupPage = lazy(async () => ({ default: (await access()).SetupPage }))
const SignInPage = lazy(async () => ({ default: (await access()).SignInPage }))
const SignedOutDialog = lazy(async () => ({ default: (await access()).SignedOutDialog }))
const NeedsTwoFactorPage = lazy(async () => ({ default: (await import('../features/account/index.ts')).NeedsTwoFactorPage }))

/** First run, sign-in or the console itself; the address stays as it was, so that signing in leads back to it. */
export function Gatekeeper({ children }: { children: ReactNode }) {
  const session = useSessionQuery()
  const isSignedOut = session.data === null
  const setup = useQuery({ queryKey: keys.setup, queryFn: () => call('GET', paths.setup, SetupState), enabled: isSignedOut })
  const isSignedIn = session.data != null
  useEffect(() => {
    signedOut.arm(isSignedIn)
    return () => signedOut.arm(false)
  }, [isSignedIn])

  if (session.data != null) {
    const { user, workspace, needsTwoFactor } = session.data
    return (
      <>
        {needsTwoFactor ? (
          <Suspense>
            <NeedsTwoFactorPage />
          </Suspense>
        ) : (
          <LiveProvider key={`${user?.id} ${workspace.id}`}>{children}</LiveProvider>
        )}
        {/* Loaded with the page and not when it is needed: Sluice may be another version by then. */}
        <Suspense>
          <SignedOutDialog before={session.data} />
        </Suspense>
      </>
    )
  }
  if (session.isError || setup.isError) {
    const retry = (): void => void (session.isError ? session.refetch() : setup.refetch())
    return <StartPage error={session.error ?? setup.error} onRetry={retry} />
  }
  if (session.data === undefined) return <StartPage error={null} />
  if (setup.data === undefined) return <StartPage error={null} />
  return <Suspense>{setup.data.needed ? <SetupPage /> : <SignInPage />}</Suspense>
}
