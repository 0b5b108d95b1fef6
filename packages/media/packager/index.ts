export { HlsPackager } from './hls-packager.ts'
export { type Segment, Segmenter } from './segmenter.ts'
