export { Normaliser, type NormaliserOut } from './normaliser.ts'
