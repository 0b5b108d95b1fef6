export { type BudgetCounters, ConnectionBudget, type ConnectionLimits, type Seat } from './connection-budget.ts'
export { parseDescriptorLimit, planConnections } from './plan-connections.ts'
export { type AcceptedSocket, type AcceptingServer, type AdmissionOptions, SocketAdmission } from './socket-admission.ts'
export { Throttle, type ThrottleLimits } from './throttle.ts'
