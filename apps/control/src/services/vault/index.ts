export { rotateVaultKey } from './rotate.ts'
