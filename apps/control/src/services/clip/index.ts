export { createClip } from './create.ts'
export { deleteClip } from './delete.ts'
export { getClip, listClips } from './read.ts'
export { type ClipRecord, readyClip } from './records.ts'
