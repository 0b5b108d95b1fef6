export { ContentWatcher, type WatchState } from './content-watcher.ts'
export { Thumbnailer } from './thumbnailer.ts'
export { type OpenWatchProcess, openThumbnailProcess, openWatchProcess } from './watch-process.ts'
export type { WatchTap, WatchWants } from './watch-tap.ts'
