export { pacedConnectionOf, paceRequests } from './pace-requests.ts'
export { acceptedSocket } from './paced-connection.ts'
