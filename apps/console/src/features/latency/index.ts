import { lazy } from 'react'

/** Loaded once it is asked for. */
export const LatencyPanel = lazy(async () => ({ default: (await import('./LatencyPanel.tsx')).LatencyPanel }))
