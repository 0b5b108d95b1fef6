export { ConnectionBudget, type Seat } from './connection-budget.ts'
export { parseDescriptorLimit, planConnections } from './plan-connections.ts'
export { SocketAdmission } from './socket-admission.ts'
export { Throttle } from './throttle.ts'
