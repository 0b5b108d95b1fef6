export { createClip, type Upload } from './create.ts'
export { deleteClip } from './delete.ts'
export { getClip, listClips } from './read.ts'
export { type ClipRecord, type ClipRow, readyClip } from './records.ts'
