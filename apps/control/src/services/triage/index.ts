export { getTriage } from './get.ts'
