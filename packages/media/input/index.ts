export { BitrateLimit, type LimitVerdict } from './bitrate-limit.ts'
export { InputMeter } from './input-meter.ts'
export { MediaInput } from './media-input.ts'
export { TimestampMonitor } from './timestamp-monitor.ts'
