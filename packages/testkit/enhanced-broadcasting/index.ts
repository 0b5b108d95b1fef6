export { obsRequest, oldObsRequest } from './obs-request.ts'
