export { formatBitrate, formatBytes, formatChannels, formatCount, formatFps, formatSampleRate } from './amounts.ts'
export { elapsedMs, formatClock, formatDate, formatDay, formatSpan, formatTimeOfDay } from './times.ts'
