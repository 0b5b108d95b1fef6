export { OutputsPanel } from './OutputsPanel.tsx'
