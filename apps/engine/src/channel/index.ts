export { Channel, type ChannelParts } from './channel.ts'
export { ShadowRehearsals } from './shadow-rehearsals.ts'
