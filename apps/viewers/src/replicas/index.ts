export type { ServedChannel } from './channel-replica.ts'
export { PositionsFile } from './positions-file.ts'
export { Replicas } from './replicas.ts'
export { StoreLinkServer } from './store-link-server.ts'
