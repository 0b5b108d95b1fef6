export { type SrtAdvice, SrtPanel } from './SrtPanel.tsx'
