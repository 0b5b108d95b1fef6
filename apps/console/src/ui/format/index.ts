export {
  formatBitrate,
  formatBitrateParts,
  formatBytes,
  formatChannels,
  formatCount,
  formatFps,
  formatSampleRate,
  formatShare,
} from './amounts.ts'
export {
  elapsedMs,
  formatClock,
  formatCountdown,
  formatDate,
  formatDay,
  formatSpan,
  formatTimeOfDay,
  formatTimeWithZone,
} from './times.ts'
