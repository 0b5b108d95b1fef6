import { lazy } from 'react'

/** Comes when its tab is opened. */
export const RecordingsPanel = lazy(() => import('./RecordingsPanel.tsx').then(({ RecordingsPanel }) => ({ default: RecordingsPanel })))
