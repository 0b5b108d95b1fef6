export { type HostPort, hostInUrl, hostKey, isLoopbackHost, parseHostPort } from './host-port.ts'
export { type IpBytes, parseIpAddress } from './ip-address.ts'
export { addressGroup, plainAddress } from './plain-address.ts'
export { isPrivateAddress } from './private-address.ts'
