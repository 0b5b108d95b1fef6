export { ReadinessPanel } from './ReadinessPanel.tsx'
