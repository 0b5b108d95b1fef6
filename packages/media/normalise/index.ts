export { Normaliser } from './normaliser.ts'
