import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useMemo } from 'react'
import { openQueryClient } from '../live/index.ts'
import { theme, themeVariables } from '../ui/theme.ts'
import { Gatekeeper } from './Gatekeeper.tsx'
import { openRouter } from './router.tsx'

/** Everything that the console stands in. */
export function App() {
  const client = useMemo(openQueryClient, [])
  const router = useMemo(openRouter, [])
  return (
    <MantineProvider theme={theme} cssVariablesResolver={themeVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Notifications position="top-right" autoClose={6000} />
        <Gatekeeper>
          <RouterProvider router={router} />
        </Gatekeeper>
      </QueryClientProvider>
    </MantineProvider>
  )
}
