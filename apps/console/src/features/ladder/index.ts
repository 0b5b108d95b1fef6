import { lazy } from 'react'

/** Loaded once it is asked for. */
export const LadderPanel = lazy(async () => ({ default: (await import('./LadderPanel.tsx')).LadderPanel }))
