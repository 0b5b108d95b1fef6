export type { FileView, ViewAddresses, ViewAnswer, ViewFile } from './file-view.ts'
export { Waiters } from './waiters.ts'
