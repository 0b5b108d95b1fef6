export type { FileView, GrowingFile, ViewAddresses, ViewAnswer, ViewFile, WholeAnswer } from './file-view.ts'
export { textFile } from './text-file.ts'
export { Waiters } from './waiters.ts'
