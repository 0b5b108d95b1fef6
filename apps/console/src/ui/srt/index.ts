export { SrtPanel } from './SrtPanel.tsx'
