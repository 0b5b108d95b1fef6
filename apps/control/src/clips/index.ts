export type { ClipFiles } from './clip-files.ts'
export type { ClipWorks } from './clip-works.ts'
export type { Converted, Converter } from './converter.ts'
export { type Clips, openClips } from './open-clips.ts'
