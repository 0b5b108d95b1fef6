export { BitrateLimit, type LimitVerdict } from './bitrate-limit.ts'
export { InputMeter } from './input-meter.ts'
export { MediaInput } from './media-input.ts'
export { TimeWatch } from './time-watch.ts'
