export { Packager } from './packager.ts'
