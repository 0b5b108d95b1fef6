export { packagerContract } from './packager-contract.ts'
