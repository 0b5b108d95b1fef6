import { lazy } from 'react'

/** Comes when its tab is opened. */
export const BroadcastsPanel = lazy(() => import('./BroadcastsPanel.tsx').then(({ BroadcastsPanel }) => ({ default: BroadcastsPanel })))
