export { paceRequests } from './pace-requests.ts'
export { PacedConnection } from './paced-connection.ts'
