export { codecErrors } from './errors.ts'
