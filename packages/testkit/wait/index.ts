export { eventually, until, untilSteady } from './until.ts'
