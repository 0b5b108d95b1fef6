export { HlsPackager, type PackageAddresses, type PackageFile } from './hls-packager.ts'
export type { PlaybackLimit, PlaybackLimits } from './plan-package.ts'
export { type Segment, Segmenter } from './segmenter.ts'
