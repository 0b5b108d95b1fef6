export { type HlsFile, HlsView, hlsKeptSegments } from './hls-view.ts'
