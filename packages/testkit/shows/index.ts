export { playRuns, type Show, shows } from './shows.ts'
