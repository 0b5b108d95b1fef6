export { updateInput } from './update.ts'
