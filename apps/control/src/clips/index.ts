export type { ClipWorks } from './clip-works.ts'
export type { Converter } from './converter.ts'
export { type Clips, openClips } from './open-clips.ts'
