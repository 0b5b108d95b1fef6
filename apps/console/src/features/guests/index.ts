import { lazy } from 'react'

/** Loaded once it is asked for. */
export const GuestsPanel = lazy(async () => ({ default: (await import('./GuestsPanel.tsx')).GuestsPanel }))
