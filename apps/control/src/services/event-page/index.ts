export { clearPageImage } from './clear-image.ts'
export { readPageImage } from './read-image.ts'
export { type PictureMaker, setPageImage } from './set-image.ts'
