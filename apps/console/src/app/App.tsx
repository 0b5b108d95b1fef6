import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { openQueryClient } from '../live/index.ts'
import { theme, themeVariables } from '../ui/theme/index.ts'
import { Gatekeeper } from './Gatekeeper.tsx'
import { openRouter } from './router.tsx'

const JoinPage = lazy(async () => ({ default: (await import('../features/access/index.ts')).JoinPage }))
const ResetPage = lazy(async () => ({ default: (await import('../features/access/index.ts')).ResetPage }))
const GuestPage = lazy(async () => ({ default: (await import('../features/guest-page/index.ts')).GuestPage }))

/** The token of a guest link, where that is the address: its page needs no account and knows nothing of the console. */
const guestToken = (): string | undefined => /^\/guest\/([\w-]+)\/?$/.exec(location.pathname)?.[1]

/** Everything that the console stands in. */
export function App() {
  const client = useMemo(openQueryClient, [])
  const token = guestToken()
  return (
    <MantineProvider theme={theme} cssVariablesResolver={themeVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Notifications position="top-right" autoClose={6000} />
        <Suspense>{token !== undefined ? <GuestPage token={token} /> : <Page />}</Suspense>
      </QueryClientProvider>
    </MantineProvider>
  )
}

/** Links that came by mail or message lead to pages of their own: whoever opens one may have no account yet. */
function Page() {
  if (location.pathname === '/join') return <JoinPage />
  if (location.pathname === '/reset') return <ResetPage />
  return <Console />
}

function Console() {
  const router = useMemo(openRouter, [])
  return (
    <Gatekeeper>
      <RouterProvider router={router} />
    </Gatekeeper>
  )
}
