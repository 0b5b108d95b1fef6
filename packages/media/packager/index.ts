export { Packager, type PackagerOptions } from './packager.ts'
export { RungPackager } from './rung-packager.ts'
