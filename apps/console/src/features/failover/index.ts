import { lazy } from 'react'

export { SlateCard } from './SlateCard.tsx'

/** Loaded once it is asked for. */
export const FailoverPanel = lazy(async () => ({ default: (await import('./FailoverPanel.tsx')).FailoverPanel }))
