export { Gate } from './Gate.tsx'
export { GateBar, gatesOfCounts } from './GateBar.tsx'
