export { Channel, type ChannelParts } from './channel.ts'
export type { ChannelConsumer, ChannelFigures, ChannelView } from './consumer.ts'
export { ShadowRehearsals } from './shadow-rehearsals.ts'
export type { OutputTally } from './switch-report.ts'
