export { ContentWatcher, type WatchState } from './content-watcher.ts'
export { type OpenWatchProcess, openWatchProcess } from './watch-process.ts'
export type { WatchTap, WatchWants } from './watch-tap.ts'
