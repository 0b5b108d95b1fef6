export { RecordingsPanel } from './lazy-panel.tsx'
