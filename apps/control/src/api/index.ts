export { OwnHosts } from './own-hosts.ts'
export { createServer } from './server.ts'
