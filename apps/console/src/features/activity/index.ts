export { ActivityPage } from './ActivityPage.tsx'
export { ChannelTimeline } from './ChannelTimeline.tsx'
