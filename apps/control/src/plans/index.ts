export { ChannelPlans } from './channel-plans.ts'
export { thisMachine } from './machine-prices.ts'
