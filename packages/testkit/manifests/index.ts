export { ManifestChecker } from './manifest-checker.ts'
