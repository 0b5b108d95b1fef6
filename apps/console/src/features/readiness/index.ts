import { lazy } from 'react'

/** Loaded once they are asked for. */
export const ReadinessPanel = lazy(async () => ({ default: (await import('./ReadinessPanel.tsx')).ReadinessPanel }))
export const ReadinessDialogs = lazy(async () => ({ default: (await import('./ReadinessDialogs.tsx')).ReadinessDialogs }))
