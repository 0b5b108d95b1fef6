export { type IpBytes, parseIpAddress } from './ip-address.ts'
export { addressGroup, plainAddress } from './plain-address.ts'
export { isPrivateAddress } from './private-address.ts'
