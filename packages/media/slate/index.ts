export { LastPicture } from './last-picture.ts'
export { LoopedSlate, loopMisfit } from './looped-slate.ts'
export type { PlayableSlate } from './playable.ts'
export { Slate } from './slate.ts'
