export { paceRequests } from './pace-requests.ts'
export { acceptedSocket, PacedConnection } from './paced-connection.ts'
