export { BroadcastsPanel } from './lazy-panel.tsx'
