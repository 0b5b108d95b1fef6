export { createPicture, deletePicture, getPicture, listPictures, type PictureFiles } from './pictures.ts'
export type { PictureRecord } from './records.ts'
export { setRungPictures } from './uses.ts'
