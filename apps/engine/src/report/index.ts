export { EventBacklog, peerTextBounds } from './event-backlog.ts'
export { SrtLatencyAdvisor } from './srt-latency-advisor.ts'
