export { GuestsPanel } from './GuestsPanel.tsx'
