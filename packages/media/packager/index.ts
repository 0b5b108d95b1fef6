export { HlsPackager, type PackageFile } from './hls-packager.ts'
