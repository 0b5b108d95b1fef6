export { LastPicture } from './last-picture.ts'
export { Slate, type SlateParts } from './slate.ts'
