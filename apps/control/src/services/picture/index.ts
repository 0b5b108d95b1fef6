export { createPicture, deletePicture, getPicture, listPictures } from './pictures.ts'
export type { PictureRecord } from './records.ts'
export { setRungPictures } from './uses.ts'
