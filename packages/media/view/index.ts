export type { FileView, ViewAddresses, ViewAnswer, ViewFile } from './file-view.ts'
