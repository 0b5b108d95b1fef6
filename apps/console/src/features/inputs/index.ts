import { lazy } from 'react'

export { InputsRail } from './InputsRail.tsx'

/** Loaded once they are asked for. */
export const InputsTab = lazy(async () => ({ default: (await import('./InputsTab.tsx')).InputsTab }))
export const ConnectDialog = lazy(async () => ({ default: (await import('./ConnectDialog.tsx')).ConnectDialog }))
