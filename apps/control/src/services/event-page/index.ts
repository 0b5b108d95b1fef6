export { clearPageImage } from './clear-image.ts'
export { readPageImage } from './read-image.ts'
export { setPageImage } from './set-image.ts'
