export { mediaHttpServer } from './http-server.ts'
export { mediaLimits } from './media-connections.ts'
export { TrustedProxies } from './viewer-address.ts'
