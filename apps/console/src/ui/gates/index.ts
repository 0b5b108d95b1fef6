export { GateBar } from './GateBar.tsx'
export { type Gate, GateStrip } from './GateStrip.tsx'
