export { type IpBytes, parseIpAddress } from './ip-address.ts'
export { isPrivateAddress } from './private-address.ts'
