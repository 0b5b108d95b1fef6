export { containerErrors } from './errors.ts'
