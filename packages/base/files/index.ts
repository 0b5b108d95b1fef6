export { type FileSystem, type Folder, openFolder, systemFiles } from './folder.ts'
