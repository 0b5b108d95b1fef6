export { PlaybackMonitor } from './playback-monitor.ts'
