export { formatBitrate, formatBytes, formatChannels, formatCount, formatFps, formatSampleRate, formatShare } from './amounts.ts'
export { elapsedMs, formatClock, formatDate, formatDay, formatSpan, formatTimeOfDay } from './times.ts'
