import type { Channel } from '@sluice/contract/api'
import { lazy, Suspense } from 'react'

const Dialog = lazy(async () => ({ default: (await import('./FailoverDialog.tsx')).FailoverDialog }))

/** The settings of failover, loaded with the first look at them. */
export const FailoverDialog = (props: { channel: Channel; onClose(): void }) => (
  <Suspense>
    <Dialog {...props} />
  </Suspense>
)
